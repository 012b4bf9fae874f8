#include "roster/group_rooms.hpp"

namespace commhost::roster {

std::set<room_place> places_of(directory::instance_id course, const family_side& side) {
    std::set<room_place> places;
    for (const auto& [instance, user] : side.members) {
        if (instance == course) {
            if (!side.group_rooms && side.active && !side.no_provider) places.emplace(instance, user);
        } else if (side.groups.contains(instance) && (side.active || !side.group_rooms)) {
            places.emplace(instance, user);
        }
    }
    if (!side.group_rooms || !side.active) return places;
    for (const auto group : side.groups)
        for (const auto user : side.entitled) places.emplace(group, user);
    return places;
}

}  // namespace commhost::roster
