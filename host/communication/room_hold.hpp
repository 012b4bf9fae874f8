#pragma once

#include "communication/room.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace commhost::communication {

/// That an admin has frozen a room: until it is thawed nothing is done in it, whatever becomes of its instance.
struct room_hold {
    store::milliseconds_utc since = 0;
    std::string by;
    std::string reason;

    friend bool operator==(const room_hold&, const room_hold&) = default;
};

/// Of a frozen room.
std::optional<room_hold> hold_of(store::connection& on, communication_id id);

/// Freezes a room with the people who are in it. One that is frozen gets the new reason. Throws message::error (ROOM_DELETING for
/// one that is being deleted).
void freeze(store::connection& on, const room& which, const room_hold& how);

/// Lets it go on: what was missed is done by the task that is queued, by its own provider. Returns false, and does nothing, for a
/// room that is not frozen.
bool thaw(store::connection& on, const room& which, store::milliseconds_utc now);

}  // namespace commhost::communication
