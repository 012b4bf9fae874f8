#include "roster/text.hpp"

#include <algorithm>
#include <cstdint>

namespace commhost::roster {

namespace {

bool is_control(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte < 0x20 || byte == 0x7F;
}

/// How many bytes the character at the beginning has; 0 when it is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const auto follows = [&](std::size_t at, std::uint8_t from = 0x80, std::uint8_t to = 0xBF) {
        return at < text.size() && byte(at) >= from && byte(at) <= to;
    };
    const auto first = byte(0);
    if (first < 0x80) return first == 0 ? 0 : 1;
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
    while (at < text.size()) {
        const auto length = character_length(text.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return at;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    std::size_t line = 1;
    for (std::size_t at = 0; at < before.size(); ++at)
        if (before[at] == '\n' || (before[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'))) ++line;
    return line;
}

bool has_control_character(std::string_view text) { return std::any_of(text.begin(), text.end(), is_control); }

std::string tidy(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char character : text) {
        const bool blank = character == ' ' || is_control(character);
        if (!blank) {
            result += character;
        } else if (!result.empty() && result.back() != ' ') {
            result += ' ';
        }
    }
    if (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& character : result)
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
    return result;
}

}  // namespace commhost::roster
