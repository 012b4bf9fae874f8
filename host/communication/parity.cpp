#include "communication/parity.hpp"

#include "directory/membership.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::user_id;

struct on_record {
    user_id user{};
    bool in_room = false;
    std::optional<std::string> reason;
    std::optional<core_communication::presence> presence;
};

std::map<communication_id, std::vector<on_record>> records(store::connection& on) {
    std::map<communication_id, std::vector<on_record>> by_room;
    using core_communication::presence;
    for (auto& [room, user, synced, reason, seen] :
         on.query<communication_id, user_id, bool, std::optional<std::string>, std::optional<presence>>(
             "select u.communication_id, u.user_id, u.synced, u.error, u.presence from communication_user u "
             "join communication c on c.id = u.communication_id where c.active = 1 order by u.communication_id, "
             "u.user_id"))
        by_room[room].push_back(
            {user, synced && seen != presence::left && seen != presence::banned, std::move(reason), seen});
    return by_room;
}

}  // namespace

std::int64_t missing_of(const room_parity& of) {
    return std::count_if(of.odd.begin(), of.odd.end(), [](const odd_member& each) { return each.wanted; });
}

std::int64_t surplus_of(const room_parity& of) { return static_cast<std::int64_t>(of.odd.size()) - missing_of(of); }

std::vector<room_parity> compare_with_rosters(store::connection& on, store::milliseconds_utc at) {
    std::map<directory::instance_id, std::set<user_id>> wanted;
    for (const auto& [instance, user] : directory::all_effective_members(on, at)) wanted[instance].insert(user);
    auto known = records(on);
    std::vector<room_parity> rooms;
    for (const auto& room : list_rooms(on)) {
        if (!room.active) continue;
        auto missing = wanted[room.instance];
        room_parity found{room.id, room.instance,     room.provider, static_cast<std::int64_t>(missing.size()), 0,
                          {},      room.reconciled_at};
        std::map<user_id, odd_member> odd;
        for (auto& [user, in_room, reason, seen] : known[room.id]) {
            const bool is_wanted = missing.contains(user);
            if (in_room) ++found.in_room;
            missing.erase(user);
            if (in_room != is_wanted) odd.emplace(user, odd_member{user, is_wanted, std::move(reason), seen});
        }
        for (const auto user : missing) odd.emplace(user, odd_member{user, true, std::nullopt, std::nullopt});
        for (auto& [user, each] : odd) found.odd.push_back(std::move(each));
        rooms.push_back(std::move(found));
    }
    return rooms;
}

}  // namespace commhost::communication
