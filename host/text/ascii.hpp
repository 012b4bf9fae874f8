#pragma once

#include <string>
#include <string_view>

namespace commhost::text {

/// C0 or DEL: tabs and line breaks among them.
bool is_control(char character);

bool has_control_character(std::string_view text);

/// With each run of blanks and control characters made one blank, and none at the ends.
std::string tidy(std::string_view text);

/// ASCII letters in lower case: names of columns, files and enumerated values.
std::string lower(std::string_view text);

}  // namespace commhost::text
