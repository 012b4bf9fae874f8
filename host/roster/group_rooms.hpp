#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"

#include <set>
#include <utility>

namespace commhost::roster {

/// Somebody in a room, by its instance.
using room_place = std::pair<directory::instance_id, directory::user_id>;

/// A course and its groups at one time, of which the groups have the rooms then or at another time: who is where.
struct family_side {
    bool group_rooms = false;                   ///< The groups have the rooms of the course.
    bool active = true;                         ///< The course is neither hidden nor deleted.
    bool no_provider = false;                   ///< And is to have no room; nor has a group that says nothing else.
    std::set<directory::instance_id> groups{};  ///< Those that have a room while the course is active.
    std::set<room_place> members{};             ///< Whom memberships name, of the course and of its groups.
    std::set<directory::user_id> entitled{};    ///< Of the course's those who are in the rooms of all groups.
};

/// Who is in which of the family's rooms, as directory::room_memberships has it.
std::set<room_place> places_of(directory::instance_id course, const family_side& side);

}  // namespace commhost::roster
