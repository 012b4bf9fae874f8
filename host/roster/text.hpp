#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace commhost::roster {

/// Where text stops being UTF-8 without NUL bytes (RFC 3629); text.size() when it does not.
std::size_t end_of_valid_utf8(std::string_view text);

/// The line, from 1, in which the byte at offset stands.
std::size_t line_at(std::string_view text, std::size_t offset);

bool has_control_character(std::string_view text);

/// With each run of blanks and control characters made one blank, and none at the ends.
std::string tidy(std::string_view text);

/// ASCII letters in lower case: names of columns, files and enumerated values.
std::string lower(std::string_view text);

}  // namespace commhost::roster
