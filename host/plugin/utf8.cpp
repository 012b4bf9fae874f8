#include "plugin/utf8.hpp"

#include <array>
#include <cstdint>

namespace commhost::plugin {

std::optional<std::size_t> code_points(std::string_view text) {
    constexpr std::array<std::uint32_t, 4> lowest{0, 0x80, 0x800, 0x1'0000};
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t more = lead < 0x80          ? 0
                                 : (lead >> 5U) == 6  ? 1
                                 : (lead >> 4U) == 14 ? 2
                                 : (lead >> 3U) == 30 ? 3
                                                      : 4;
        if (more == 4 || at + more >= text.size()) return std::nullopt;
        std::uint32_t point = more == 0 ? lead : lead & (0x3FU >> more);
        for (std::size_t next = at + 1; next <= at + more; ++next) {
            const auto byte = static_cast<unsigned char>(text[next]);
            if ((byte >> 6U) != 2) return std::nullopt;
            point = point << 6U | (byte & 0x3FU);
        }
        if (point < lowest[more] || point > 0x10'FFFF || (point >= 0xD800 && point <= 0xDFFF)) return std::nullopt;
        at += more + 1;
    }
    return count;
}

}  // namespace commhost::plugin
