#include <core_communication/testing/bare_strings.hpp>
#include <core_communication/testing/memory_logger.hpp>

namespace core_communication::testing {

void memory_logger::log(log_level level, std::string_view message) {
    messages_.emplace_back(level, std::string(message));
}

std::string bare_strings::get(std::string_view key, const placeholders& values) const {
    std::string text(key);
    for (const auto& [name, value] : values) text += " " + name + "=" + value;
    return text;
}

}  // namespace core_communication::testing
