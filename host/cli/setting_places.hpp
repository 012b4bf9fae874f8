#pragma once

#include "plugin/json_document.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace commhost::cli {

// Values of the configuration. All throw message::error (JSON_CONTENT).

/// "90s", "24h", "7d".
std::chrono::milliseconds duration_of(const plugin::json_place& place);

/// The same, and not less than that: as an admin would write it, and as it is meant.
using lowest_duration = std::pair<std::string_view, std::chrono::milliseconds>;
std::chrono::milliseconds duration_of(const plugin::json_place& place, const lowest_duration& lowest);

std::int64_t integer_of(const plugin::json_place& place, std::int64_t lowest, std::int64_t highest);

}  // namespace commhost::cli
