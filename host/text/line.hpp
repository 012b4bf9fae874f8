#pragma once

#include <cstddef>
#include <string_view>

namespace commhost::text {

/// The line, from 1, in which the byte at offset stands. LF, CRLF and CR end a line.
std::size_t line_at(std::string_view text, std::size_t offset);

}  // namespace commhost::text
