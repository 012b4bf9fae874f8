#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::text {

/// A character as Unicode numbers it, and how many bytes it takes.
struct code_point {
    char32_t value;
    std::size_t bytes;

    static constexpr char32_t none = 0xFFFFFFFF;
};

/// The first one of text, which is not empty; for bytes that are not UTF-8 (RFC 3629, section 4: overlong forms, surrogates and
/// what is above U+10FFFF among them) none and 1.
code_point first_code_point(std::string_view text);

/// C0, DEL, C1, and what ends a line or turns the direction of writing: whatever can make one line look like another.
bool is_unprintable(char32_t value);

/// Where text stops being UTF-8 (RFC 3629, section 4) without NUL bytes; text.size() when it does not.
std::size_t end_of_valid_utf8(std::string_view text);

/// How many code points text has; empty when it is not UTF-8 (RFC 3629, section 4). A NUL byte is a code point.
std::optional<std::size_t> code_points(std::string_view text);

/// The beginning of text with so many code points, or all of it; a byte that is not UTF-8 counts as one.
std::string_view first_code_points(std::string_view text, std::size_t most);

/// text from outside as one line that can be stored and shown: what is unprintable becomes a blank, bytes that are no UTF-8
/// become U+FFFD, and what is longer than at_most code points ends in "...".
std::string printable(std::string_view text, std::size_t at_most = std::string_view::npos);

/// text without the byte order mark that it may begin with.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace commhost::text
