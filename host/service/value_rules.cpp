#include "service/value_rules.hpp"

#include "text/utf8.hpp"

#include <core_communication/provider_error.hpp>

#include <fmt/format.h>

#include <cstdint>

namespace commhost::service {

namespace {

using core_communication::failure;
using core_communication::provider_error;

enum class allowed : std::uint8_t { all_but_nul, no_control };

bool is_text(std::string_view text, allowed what) {
    while (!text.empty()) {
        const auto [value, bytes] = text::first_code_point(text);
        if (value == text::code_point::none || value == 0 ||
            (what == allowed::no_control && text::is_unprintable(value)))
            return false;
        text.remove_prefix(bytes);
    }
    return true;
}

}  // namespace

void check_key(std::string_view key) {
    if (key.empty() || key.size() > longest_key)
        throw provider_error(failure::invalid,
                             fmt::format("a key of {} bytes; keys have 1 to {}", key.size(), longest_key));
    if (!is_text(key, allowed::no_control))
        throw provider_error(failure::invalid, "the key of a value is not UTF-8 or has control characters");
}

void check_value(std::string_view key, std::string_view value) {
    if (value.size() > longest_value)
        throw provider_error(failure::invalid, fmt::format("the value '{}' has {} bytes; at most {} are kept", key,
                                                           value.size(), longest_value));
    // PostgreSQL takes neither; SQLite would take both, and give them back in its own way.
    if (!is_text(value, allowed::all_but_nul))
        throw provider_error(failure::invalid, fmt::format("the value '{}' is not UTF-8 or has a NUL", key));
}

}  // namespace commhost::service
