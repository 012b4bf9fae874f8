#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace commhost::roster {

/// Parses a JSON text (RFC 8259) with nothing beside it: no comments, no trailing commas, no field twice in an object,
/// no more than 32 levels. Throws message::error: ROSTER_ENCODING, ROSTER_JSON, with file and line.
boost::json::value parse_strict_json(std::string_view text, const std::string& file);

/// A field's name or a position as a part of a JSON pointer (RFC 6901).
std::string pointer_part(std::string_view name);

}  // namespace commhost::roster
