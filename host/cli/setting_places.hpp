#pragma once

#include "plugin/json_document.hpp"

#include <chrono>
#include <cstdint>

namespace commhost::cli {

// Values of the configuration. All throw message::error (JSON_CONTENT).

/// "90s", "24h", "7d".
std::chrono::milliseconds duration_of(const plugin::json_place& place);

std::int64_t integer_of(const plugin::json_place& place, std::int64_t lowest, std::int64_t highest);

}  // namespace commhost::cli
