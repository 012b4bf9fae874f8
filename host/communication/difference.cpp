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

/// Seen where one is: joined or invited.
bool is_there(const sides& person) {
    using core_communication::presence;
    return person.seen != nullptr &&
           (person.seen->presence == presence::joined || person.seen->presence == presence::invited);
}

/// Known not to be in the room. Somebody who is told to be out of it is so even in an incomplete read.
bool is_absent(const sides& person, const std::optional<observation>& seen) {
    return !is_there(person) && seen && (person.seen != nullptr || seen->complete);
}

/// Whether somebody is seen of whom only the server knows.
bool is_stranger(user_id user) { return static_cast<std::int64_t>(user) < 0; }

/// Somebody whom the roster wants in the room.
void compare_wanted(user_id user, const sides& person, const std::optional<observation>& seen, const policy& rules,
                    difference& result) {
    const auto role = *person.wanted;
    const bool on_record = person.known != nullptr && person.known->synced;

    if (is_there(person)) {
        const auto found = person.seen->role;
        if (found && *found != role) {
            result.change_role.push_back(user);
        } else if (!on_record || person.known->role != role) {
            result.settle.push_back({user, role});
        }
        return;
    }
    if (person.seen != nullptr && person.seen->presence == core_communication::presence::banned) {
        result.banned.push_back(user);
        return;
    }
    if (on_record && !is_absent(person, seen)) {
        if (person.known->role != role) result.change_role.push_back(user);
        return;
    }
    if (on_record && person.known->adopted) {
        result.release.push_back(user);
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
        if (exempt || !is_there(person)) return;
        if (unlisted == unlisted_policy::remove) result.remove.push_back(user);
        // Who was only invited by hand may never come.
        if (unlisted == unlisted_policy::adopt && !is_stranger(user) &&
            person.seen->presence == core_communication::presence::joined)
            result.adopt.push_back({user, person.seen->role.value_or(room_role::member)});
        return;
    }
    if (exempt || is_absent(person, seen) || !person.known->has_account) {
        result.forget.push_back(user);
    } else {
        // On record, even if never confirmed: the answer to an earlier call may have been lost.
        result.remove.push_back(user);
    }
}

}  // namespace

difference compare(std::span<const core_communication::member> wanted, std::span<const known_member> known,
                   const std::optional<observation>& seen, const policy& rules) {
    std::map<user_id, sides> people;
    for (const auto& member : wanted) people[member.user].wanted = member.role;
    for (const auto& member : known) people[member.user].known = &member;
    if (seen) {
        for (const auto& member : seen->members) people[member.user].seen = &member;
    }

    const bool somebody_may_be_unseen = std::any_of(people.begin(), people.end(), [](const auto& each) {
        const auto& person = each.second;
        return person.wanted &&
               (person.known == nullptr || (!person.known->has_account && !person.known->account_refused));
    });
    difference result;
    for (const auto& [user, person] : people) {
        if (!person.wanted) {
            const auto removed_before = result.remove.size();
            compare_unwanted(user, person, seen, rules.unlisted, result);
            if (somebody_may_be_unseen && is_stranger(user) && result.remove.size() > removed_before) {
                result.remove.pop_back();
                result.spared.push_back(user);
            }
        } else if (person.known != nullptr && person.known->has_account) {
            compare_wanted(user, person, seen, rules, result);
        }
    }
    return result;
}

}  // namespace commhost::communication
