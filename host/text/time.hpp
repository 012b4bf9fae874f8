#pragma once

#include <cstdint>
#include <string>

namespace commhost::text {

/// "2026-01-31T08:00:00Z" for milliseconds since 1970 (UTC); less than a second is dropped.
std::string utc(std::int64_t milliseconds);

}  // namespace commhost::text
