#pragma once

#include "store/connection.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::service {

/// The small key-value store that a provider has for its whole site (processor::site_value and so on). Keys and values
/// are as those of a room (room_values.hpp), and so are errors and transactions; besides, a provider has so many at most.
inline constexpr std::size_t most_site_values = 256;

std::optional<std::string> site_value(store::connection& on, std::string_view provider, std::string_view key);

/// In the place of what was there.
void set_site_value(store::connection& on, std::string_view provider, std::string_view key, std::string_view value);

/// A key that is not there is as wanted.
void erase_site_value(store::connection& on, std::string_view provider, std::string_view key);

/// All values of a provider, for when it goes.
void erase_site_values(store::connection& on, std::string_view provider);

}  // namespace commhost::service
