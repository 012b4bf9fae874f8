#pragma once

#include <cstddef>
#include <string_view>

namespace commhost::service {

/// What may be kept in the stores that plugins have for a room and for the site: keys of 1 to 64 bytes without control
/// characters, values up to 64 KiB, both UTF-8 without NUL.
inline constexpr std::size_t longest_key = 64;
inline constexpr std::size_t longest_value = std::size_t{64} << 10U;

/// Both throw provider_error (invalid).
void check_key(std::string_view key);
void check_value(std::string_view key, std::string_view value);

}  // namespace commhost::service
