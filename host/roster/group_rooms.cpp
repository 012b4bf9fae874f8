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

std::vector<room_place> removed_from(const std::set<room_place>& before, const std::set<room_place>& after,
                                     bool rooms_move,
                                     const std::function<directory::user_id(directory::user_id)>& becomes) {
    std::set<directory::user_id> somewhere;
    if (rooms_move)
        for (const auto& [instance, user] : after) somewhere.insert(user);
    std::vector<room_place> removed;
    for (const auto& place : before) {
        const auto user = becomes(place.second);
        if (!after.contains({place.first, user}) && !somewhere.contains(user)) removed.push_back(place);
    }
    return removed;
}

}  // namespace commhost::roster
