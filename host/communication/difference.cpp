#include "communication/difference.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

namespace commhost::communication {

namespace {

using core_communication::room_role;
using core_communication::user_id;

/// All that is to be known about one person, from the three sides.
struct sides {
    std::optional<room_role> wanted;
    const known_member* known = nullptr;
    const observed_member* seen = nullptr;
};

/// Somebody whom the roster wants in the room.
void compare_wanted(user_id user, const sides& person, const std::optional<observation>& seen, const policy& rules,
                    difference& result) {
    const auto role = *person.wanted;
    const bool on_record = person.known != nullptr && person.known->synced;

    if (person.seen != nullptr) {
        const auto found = person.seen->role;
        if (found && *found != role) {
            result.change_role.push_back(user);
        } else if (!on_record || person.known->role != role) {
            result.settle.push_back({user, role});
        }
        return;
    }
    const bool absent = seen && seen->complete;
    if (on_record && !absent) {
        if (person.known->role != role) result.change_role.push_back(user);
        return;
    }
    if (on_record && rules.left == left_policy::respect) return;
    result.add.push_back(user);
}

/// Somebody whom the roster does not want in the room.
void compare_unwanted(user_id user, const sides& person, const std::optional<observation>& seen,
                      unlisted_policy unlisted, difference& result) {
    const bool exempt = person.seen != nullptr && person.seen->exempt;
    if (person.known == nullptr) {
        if (!exempt && unlisted == unlisted_policy::remove) result.remove.push_back(user);
        return;
    }
    const bool absent = person.seen == nullptr && seen && seen->complete;
    if (exempt || absent || !person.known->has_account) {
        result.forget.push_back(user);
    } else {
        // On record, even if never confirmed: the answer to an earlier call may have been lost.
        result.remove.push_back(user);
    }
}

/// Whether somebody is seen of whom only the server knows.
bool is_stranger(user_id user) { return static_cast<std::int64_t>(user) < 0; }

}  // namespace

difference compare(std::span<const core_communication::member> wanted, std::span<const known_member> known,
                   const std::optional<observation>& seen, const policy& rules) {
    std::map<user_id, sides> people;
    for (const auto& member : wanted) people[member.user].wanted = member.role;
    for (const auto& member : known) people[member.user].known = &member;
    if (seen) {
        for (const auto& member : seen->members) people[member.user].seen = &member;
    }

    const bool somebody_without_account = std::any_of(people.begin(), people.end(), [](const auto& each) {
        const auto& person = each.second;
        return person.wanted && (person.known == nullptr || !person.known->has_account);
    });
    difference result;
    for (const auto& [user, person] : people) {
        if (!person.wanted) {
            const bool may_be_wanted = somebody_without_account && is_stranger(user);
            compare_unwanted(user, person, seen, may_be_wanted ? unlisted_policy::keep : rules.unlisted, result);
        } else if (person.known != nullptr && person.known->has_account) {
            compare_wanted(user, person, seen, rules, result);
        }
    }
    return result;
}

}  // namespace commhost::communication
