#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace commhost::text {

/// The line, from 1, on which each member of an object stands, by its JSON pointer (RFC 6901), for a document that
/// parse_strict_json takes without comments. Members of objects within arrays are left out; so is, of a text that
/// is no JSON, what comes behind its fault.
std::map<std::string, std::size_t, std::less<>> lines_of_members(std::string_view json);

}  // namespace commhost::text
