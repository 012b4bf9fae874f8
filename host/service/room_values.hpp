#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::service {

/// The small key-value store that a plugin has for each room (processor::value and so on). A key is 1 to 64 bytes, a
/// value up to 64 KiB, both UTF-8 without NUL and keys without control characters; anything else is
/// provider_error (failure::invalid) and nothing is stored. Each function is one statement, and a change is stored when
/// the transaction of its connection is.
inline constexpr std::size_t longest_room_key = 64;
inline constexpr std::size_t longest_room_value = std::size_t{64} << 10U;

std::optional<std::string> room_value(store::connection& on, core_communication::communication_id room,
                                      std::string_view key);

/// In the place of what was there.
void set_room_value(store::connection& on, core_communication::communication_id room, std::string_view key,
                    std::string_view value);

/// A key that is not there is as wanted.
void erase_room_value(store::connection& on, core_communication::communication_id room, std::string_view key);

/// All values of a room, for when the room goes.
void erase_room_values(store::connection& on, core_communication::communication_id room);

}  // namespace commhost::service
