#pragma once

#include "communication/room.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <cstddef>
#include <string_view>

namespace commhost::communication {

/// In bytes, as the SDK says (room_adopt_provider).
inline constexpr std::size_t longest_room_address = 1000;

/// Whether an admin's word can be a room's address: UTF-8 without control characters and blanks, not empty, not too long.
bool is_room_address(std::string_view address);

/// Says that the room is to be the one at that address on its server (is_room_address), in the place of a new one, and queues the
/// task that adopts it. What was asked before is replaced, and what became of it forgotten. Throws message::error
/// (ROOM_ADOPT_CREATED for one that is on the server already, ROOM_DELETING, and ROOM_ADOPT_TAKEN where another room of the
/// provider has that address, or is to have it).
void ask_adoption(store::connection& on, const room& which, std::string_view address, store::milliseconds_utc now);

/// Takes that back, so that a room is made. Returns false, and does nothing, where none waits to be adopted.
bool drop_adoption(store::connection& on, const room& which, store::milliseconds_utc now);

/// The room at that address is on record as the one on the server. What was asked in the meantime stays asked.
void set_adopted(store::connection& on, communication_id id, std::string_view address);

/// Whether it waits for a room on the server to be adopted.
bool is_to_adopt(const room& which);

}  // namespace commhost::communication
