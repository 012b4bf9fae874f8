#include "text/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace commhost::text {

namespace {

/// How many bytes the character at the beginning has; 0 when it is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const auto follows = [&](std::size_t at, std::uint8_t from = 0x80, std::uint8_t to = 0xBF) {
        return at < text.size() && byte(at) >= from && byte(at) <= to;
    };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        // No longer form of a shorter character, and no surrogate.
        const std::uint8_t from = first == 0xE0 ? 0xA0 : 0x80;
        const std::uint8_t to = first == 0xED ? 0x9F : 0xBF;
        return follows(1, from, to) && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const std::uint8_t from = first == 0xF0 ? 0x90 : 0x80;
        const std::uint8_t to = first == 0xF4 ? 0x8F : 0xBF;
        return follows(1, from, to) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::size_t end_of_valid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && text[at] != '\0') {
        const auto length = character_length(text.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return at;
}

std::optional<std::size_t> code_points(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto length = character_length(text);
        if (length == 0) return std::nullopt;
        text.remove_prefix(length);
    }
    return count;
}

std::string printable(std::string_view text, std::size_t at_most) {
    std::string line;
    for (std::size_t count = 0; !text.empty(); ++count) {
        if (count == at_most) return line + "...";
        const auto length = character_length(text);
        const auto character = text.substr(0, std::max<std::size_t>(length, 1));
        const auto first = static_cast<std::uint8_t>(character[0]);
        const bool control = first < 0x20 || first == 0x7F ||
                             (length == 2 && first == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0);
        if (length == 0) {
            line += "\xEF\xBF\xBD";
        } else if (control) {
            line += ' ';
        } else {
            line += character;
        }
        text.remove_prefix(character.size());
    }
    return line;
}

std::string_view without_byte_order_mark(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    return text;
}

}  // namespace commhost::text
