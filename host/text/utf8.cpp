#include "text/utf8.hpp"

namespace commhost::text {

code_point first_code_point(std::string_view text) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    constexpr char32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {code_point::none, 1};
    char32_t value = lead & (0xFFU >> (bytes + 1));
    for (std::size_t index = 1; index < bytes; ++index) {
        if ((byte(index) & 0xC0U) != 0x80) return {code_point::none, 1};
        value = value << 6U | (byte(index) & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < lowest[bytes] || value > 0x10FFFF || surrogate) return {code_point::none, 1};
    return {value, bytes};
}

bool is_unprintable(char32_t value) {
    return value < 0x20 || (value >= 0x7F && value <= 0x9F) || value == 0x2028 || value == 0x2029 ||
           (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069) || value == 0x200E ||
           value == 0x200F;
}

std::size_t end_of_valid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && text[at] != '\0') {
        const auto [value, bytes] = first_code_point(text.substr(at));
        if (value == code_point::none) return at;
        at += bytes;
    }
    return at;
}

std::optional<std::size_t> code_points(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto [value, bytes] = first_code_point(text);
        if (value == code_point::none) return std::nullopt;
        text.remove_prefix(bytes);
    }
    return count;
}

std::string_view first_code_points(std::string_view text, std::size_t most) {
    std::size_t at = 0;
    for (std::size_t count = 0; at < text.size() && count < most; ++count)
        at += first_code_point(text.substr(at)).bytes;
    return text.substr(0, at);
}

std::string printable(std::string_view text, std::size_t at_most) {
    std::string line;
    for (std::size_t count = 0; !text.empty(); ++count) {
        if (count == at_most) return line + "...";
        const auto [value, bytes] = first_code_point(text);
        if (value == code_point::none) {
            line += "\xEF\xBF\xBD";
        } else if (is_unprintable(value)) {
            line += ' ';
        } else {
            line += text.substr(0, bytes);
        }
        text.remove_prefix(bytes);
    }
    return line;
}

std::string_view without_byte_order_mark(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    return text;
}

}  // namespace commhost::text
