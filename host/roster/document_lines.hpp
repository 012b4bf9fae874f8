#pragma once

#include "message/error.hpp"
#include "roster/problem.hpp"

#include <string>
#include <string_view>

namespace commhost::roster {

/// Adds the lines of a JSON document to what was found in it, which has the pointers alone. text: the document. file: what its
/// places call it. One more pass over the text, if there is anything to add. Any thread.
void add_lines(problem_list& problems, std::string_view text, const std::string& file);

/// The same error with the line in its place.
message::error with_lines(const message::error& refused, std::string_view text, const std::string& file);

}  // namespace commhost::roster
