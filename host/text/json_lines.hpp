#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace commhost::text {

/// The line, from 1, on which each value of a document that parse_strict_json takes stands, by its JSON pointer (RFC 6901): a
/// member where its key is, an element where it begins, the document itself ("") likewise. Comments are passed over. Of a text
/// that is no JSON, what comes behind its fault is left out.
std::map<std::string, std::size_t, std::less<>> lines_of_values(std::string_view json);

/// The same for these alone: a document of many megabytes has too many for all of them.
std::map<std::string, std::size_t, std::less<>> lines_of_values(std::string_view json,
                                                                const std::set<std::string, std::less<>>& wanted);

}  // namespace commhost::text
