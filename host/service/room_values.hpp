#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace commhost::service {

/// The small key-value store that a plugin has for each room (processor::value and so on). What value_rules.hpp does not
/// allow is provider_error (failure::invalid) and nothing is stored. Each function is one statement, and a change is
/// stored when the transaction of its connection is.

std::optional<std::string> room_value(store::connection& on, core_communication::communication_id room,
                                      std::string_view key);

/// In the place of what was there.
void set_room_value(store::connection& on, core_communication::communication_id room, std::string_view key,
                    std::string_view value);

/// A key that is not there is as wanted.
void erase_room_value(store::connection& on, core_communication::communication_id room, std::string_view key);

/// All values of a room, for when the room goes.
void erase_room_values(store::connection& on, core_communication::communication_id room);
void erase_room_values(store::connection& on, std::span<const core_communication::communication_id> rooms);

}  // namespace commhost::service
