#include "text/line.hpp"

namespace commhost::text {

std::size_t line_at(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    std::size_t line = 1;
    for (std::size_t at = 0; at < before.size(); ++at)
        if (before[at] == '\n' || (before[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'))) ++line;
    return line;
}

}  // namespace commhost::text
