#include "text/number.hpp"

#include <charconv>
#include <string>
#include <system_error>

namespace commhost::text {

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size() || std::to_string(number) != text)
        return std::nullopt;
    return number;
}

}  // namespace commhost::text
