#pragma once

#include "roster/roster.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace commhost::roster {

inline constexpr std::size_t largest_document = std::size_t{64} << 20;

/// Reads the JSON document that roster.schema.json describes and README.md explains. file is its name in messages.
///
/// A document that the schema does not allow is refused as a whole with message::error (ROSTER_JSON, ROSTER_JSON_FIELD,
/// ROSTER_JSON_VALUE, ROSTER_ENCODING), naming a line or a JSON pointer: it was made by a program, and what that
/// program meant is not guessed. An id that is there twice is a problem of that entry alone.
roster read_document(std::string_view text, const std::string& file, const reading& how = {});

}  // namespace commhost::roster
