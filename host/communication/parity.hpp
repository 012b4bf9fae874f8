#pragma once

#include "communication/room.hpp"
#include "directory/instance.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace commhost::communication {

/// Somebody in whom a roster and a room differ.
struct odd_member {
    core_communication::user_id user{};
    bool wanted = false;                ///< Of the roster and not in the room; else the other way round.
    std::optional<std::string> reason;  ///< What was last said of it; empty: it was not tried yet, or presence says it.
    std::optional<core_communication::presence> presence{};  ///< As the last read had it, where that is not joined.

    friend bool operator==(const odd_member&, const odd_member&) = default;
};

/// How an active room compares with its roster, as its last pass left it.
struct room_parity {
    communication_id room{};
    directory::instance_id instance{};
    std::string provider;
    std::int64_t roster = 0;      ///< How many are to be in it at the time that was asked for.
    std::int64_t in_room = 0;     ///< How many people of the directory are in it.
    std::vector<odd_member> odd;  ///< By user id.
    std::optional<store::milliseconds_utc> reconciled_at;
};

/// Of the odd members those who are of the roster and not in the room, and the others.
std::int64_t missing_of(const room_parity& of);
std::int64_t surplus_of(const room_parity& of);

/// All active rooms by id, the frozen ones too. Reads the records, not the servers: two statements that grow with the memberships.
/// Who is in a room without the roster and is left alone (unlisted_policy::keep) is on no record and not counted.
std::vector<room_parity> compare_with_rosters(store::connection& on, store::milliseconds_utc at);

}  // namespace commhost::communication
