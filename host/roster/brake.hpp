#pragma once

#include "directory/change_set.hpp"
#include "directory/standing.hpp"
#include "directory/stored.hpp"
#include "store/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

/// How many may be removed at once. Above either of the two, removals are held; one that is missing holds nothing.
struct removal_limit {
    std::optional<std::int64_t> number{};
    std::optional<double> share{};  ///< Of those who are in the room now, or in all rooms: above 0, at most 1.
};

struct removal_limits {
    removal_limit per_room{10, 0.5};
    removal_limit total{500, 0.1};
    removal_limit accounts{100,
                           0.25};  ///< Of those who have an account that would be closed (communication/leavers.hpp).
};

/// A room with fewer members is not held for its share: one of three who leaves is nothing strange.
inline constexpr std::size_t fewest_in_room = 5;
/// Likewise all rooms together.
inline constexpr std::size_t fewest_in_all = 100;
/// Likewise all accounts.
inline constexpr std::size_t fewest_accounts = 10;

enum class held_because : std::uint8_t {
    room,      ///< The room is above its limit.
    total,     ///< All together are above theirs.
    accounts,  ///< Too many people would have left who have an account.
    pause,     ///< A pause of the calendar: no removals at all.
};

/// "room", "total", "accounts", "pause".
std::string_view to_string(held_because why);

/// A room of which removals are held.
struct held_room {
    directory::instance_key key;
    std::string name;
    std::size_t members = 0;   ///< In the room now.
    std::size_t removals = 0;  ///< Of them would leave.
    held_because because = held_because::room;

    friend bool operator==(const held_room&, const held_room&) = default;
};

/// A change set, taken apart.
struct braked {
    directory::change_set applied;
    directory::change_set held;    ///< Removals alone; of no revision.
    std::vector<held_room> rooms;  ///< By key.
    std::size_t members = 0;       ///< In all rooms now, each as often as in rooms.
    std::size_t removals =
        0;  ///< Of them would leave; who goes from no room, and a room without members, counts as one.
    std::size_t held_removals = 0;
    std::size_t accounts = 0;                          ///< Of active people.
    std::size_t closed_accounts = 0;                   ///< Of them those whose people would have left.
    std::optional<held_because> everything_because{};  ///< All removals are held: why.
    std::optional<store::milliseconds_utc> until{};    ///< Held for a pause: up to then.
};

/// Takes the removals that are above the limits out of a change set. Pure.
///
/// Somebody is removed from a room who is in it now (standing: everybody who is in a room, whatever the source, by instance
/// and user) and would not be there after the changes: the membership is deleted, suspended or gets other dates and no
/// other one, of whatever source, keeps them there; the person is deleted or suspended; the instance is deleted or hidden. Likewise
/// somebody who by their memberships would leave earlier than before, and within the time that is soon from now.
/// So a source that gives its memberships new ids removes nobody. Of a room above its limit all removals are held, with the
/// deletion or suspension of the persons and of the instance that they come from; where all together are above theirs, more people
/// with accounts would have left than may, or there is a pause, all removals are. What else changes with a held record (a name) is applied, and so is everything
/// else. An instance stays as long as the removal of one of its groups is held.
///
/// Of an instance whose groups have the rooms, now or afterwards, the rooms of the groups count, with those who are entitled to
/// all of them (directory::room_memberships); who is in a group's room for both reasons leaves with the last of them. Where the
/// rooms move from the instance to its groups or back, whoever is in one of them afterwards has moved and is not removed; who is
/// in none is, and with them the move is held. A group that becomes one of another course is in the rooms of both, before and
/// after: whoever leaves by that is removed, and with them it is held. Nor is it a removal that somebody leaves who is merged
/// into a person who is there. Whoever was merged into somebody and is not any more takes along what their memberships gave: that is a removal of
/// the other one, and held as one.
///
/// stored: what changes was computed from. paused_until: there is a pause up to then. with_accounts: who has an account that may be closed
/// when they have left.
braked brake(directory::change_set changes, const directory::stored& stored,
             std::span<const directory::standing_member> standing, const removal_limits& limits,
             std::optional<store::milliseconds_utc> paused_until, store::milliseconds_utc now,
             const std::set<directory::user_id>& with_accounts = {});

}  // namespace commhost::roster
