#pragma once

#include <cstddef>
#include <string_view>

namespace commhost::service {

/// The first code point of text and how many bytes it takes; for bytes that are not UTF-8 (overlong forms, surrogates
/// and what is above U+10FFFF among them) 0xFFFFFFFF and 1. text is not empty.
struct code_point {
    char32_t value;
    std::size_t bytes;

    static constexpr char32_t none = 0xFFFFFFFF;
};
code_point first_code_point(std::string_view text);

/// C0, DEL, C1, and what ends a line or turns the direction of writing: whatever can make one line look like another.
bool is_control(char32_t value);

}  // namespace commhost::service
