#pragma once

#include "power_levels.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace communication_matrix {

/// How somebody is in a room.
enum class membership : std::uint8_t { join, invite };

/// What of a room's current state matters to us.
struct room_state {
    std::string name;
    std::string topic;
    std::string version;
    std::string creator;                     ///< An account.
    std::string type;                        ///< Such as "m.space"; empty for a room of people.
    std::optional<std::string> replacement;  ///< Closed for good (m.room.tombstone): the room in its place, or empty.
    bool is_public = false;                  ///< Whoever wants may join (m.room.join_rules).
    std::string predecessor;                 ///< The room that this one goes on for, as it says itself; empty for none.
    std::string history_visibility = "shared";  ///< What holds where the room has no event that says it.
    bool encrypted = false;
    std::set<std::string, std::less<>> parents;  ///< Spaces that it names as its canonical one (m.space.parent).
    power_levels levels;
    bool has_levels =
        false;  ///< Whether the room has an event that says them, and not its creator all power by default.
    std::map<std::string, membership, std::less<>> members;  ///< By account.

    /// By account, who is not in it: `left` who went or declined by themselves, `banned` who was shut out. Who was kicked
    /// and who only knocked is in neither of the two.
    std::map<std::string, core_communication::presence, std::less<>> absent;

    bool has(std::string_view account) const { return members.contains(account); }
    bool has_joined(std::string_view account) const;
    bool has_invited(std::string_view account) const;
};

/// From the answer to GET /_matrix/client/v3/rooms/{id}/state, of which one event at a time is kept in memory.
/// Throws provider_error (invalid) when it is not whole: no JSON array, an event without type, no m.room.create.
room_state parse_room_state(std::string_view answer);

/// Whether a room was never finished by an account that began to make it: Synapse gives a room its alias first, then its m.room.create and its
/// creator, and all the rest at once (handlers/room.py, create_room). Broken off before the second step it has an alias, and nobody in it
/// who could let anybody in; and so it is for a moment while it is being made. state: an answer as above, as an admin reads it.
bool is_stillborn(std::string_view state, std::string_view account);

/// Whether a room's creators have all power and must not be listed: from version 12 on (MSC4289). Versions that are
/// no numbers are taken for older ones; the setting room_version allows none.
bool creators_have_all_power(std::string_view room_version);

}  // namespace communication_matrix
