#pragma once

#include <string>
#include <string_view>

namespace commhost::cli {

/// A cause of roster/cause.hpp for people: "undo of import 12". Any other one as it is.
std::string cause_in_words(std::string_view cause);

}  // namespace commhost::cli
