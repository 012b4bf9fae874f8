#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::text {

/// Where text stops being UTF-8 (RFC 3629, section 4) without NUL bytes; text.size() when it does not.
std::size_t end_of_valid_utf8(std::string_view text);

/// How many code points text has; empty when it is not UTF-8 (RFC 3629, section 4). A NUL byte is a code point.
std::optional<std::size_t> code_points(std::string_view text);

/// text from outside as one line that can be stored and shown: control characters (C0, DEL, C1) become blanks, bytes that
/// are no UTF-8 become U+FFFD, and what is longer than at_most code points ends in "...".
std::string printable(std::string_view text, std::size_t at_most);

/// text without the byte order mark that it may begin with.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace commhost::text
