#include "communication/adoption.hpp"

#include "directory/change_set.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace commhost::communication {

namespace {

using core_communication::user_id;

/// The key of each of these people's adopted membership, by user.
std::map<user_id, directory::membership_key> keys_of(store::connection& on, directory::instance_id instance,
                                                     std::span<const user_id> users) {
    std::map<user_id, directory::membership_key> keys;
    const auto found = directory::find_instance(on, instance);
    if (!found) return keys;
    for (const auto& each : directory::find_users(on, users))
        keys.emplace(each.id, directory::membership_key{found->key, each.record.external_id, {}});
    return keys;
}

directory::change_set changes_by_adoption() {
    directory::change_set changes;
    changes.source = adopted_source;
    return changes;
}

/// Who has an adopted membership.
std::set<user_id> adopted(store::connection& on, directory::instance_id instance) {
    std::set<user_id> users;
    for (const auto& each : directory::memberships_of(on, instance)) {
        if (each.source == adopted_source) users.insert(each.user);
    }
    return users;
}

}  // namespace

void turn_away_suspended(store::connection& on, difference& found) {
    if (found.adopt.empty()) return;
    std::vector<user_id> users;
    for (const auto& each : found.adopt) users.push_back(each.user);
    std::set<user_id> active;
    for (const auto& each : directory::find_users(on, users)) {
        if (each.record.status == directory::user_status::active && each.record.merged_into.empty())
            active.insert(each.id);
    }
    std::erase_if(found.adopt, [&](const core_communication::member& each) {
        if (active.contains(each.user)) return false;
        found.remove.push_back(each.user);
        return true;
    });
    std::sort(found.remove.begin(), found.remove.end());
}

std::vector<core_communication::member> wanted_after(std::span<const core_communication::member> wanted,
                                                     const difference& found) {
    const std::set<user_id> released(found.release.begin(), found.release.end());
    std::vector<core_communication::member> after;
    for (const auto& each : wanted) {
        if (!released.contains(each.user)) after.push_back(each);
    }
    after.insert(after.end(), found.adopt.begin(), found.adopt.end());
    return after;
}

void adopt(store::connection& on, directory::instance_id instance, std::span<const core_communication::member> members,
           store::milliseconds_utc now) {
    if (members.empty()) return;
    std::vector<user_id> users;
    for (const auto& each : members) users.push_back(each.user);
    const auto keys = keys_of(on, instance, users);
    const auto before = adopted(on, instance);
    auto changes = changes_by_adoption();
    for (const auto& [user, role] : members) {
        const auto key = keys.find(user);
        if (key == keys.end()) continue;
        (before.contains(user) ? changes.memberships.updated : changes.memberships.inserted)
            .push_back({key->second, std::string(directory::to_string(role)), role, std::nullopt, std::nullopt,
                        directory::membership_status::active});
    }
    directory::apply(on, changes, now);
}

void release(store::connection& on, directory::instance_id instance, std::span<const user_id> users,
             store::milliseconds_utc now) {
    if (users.empty()) return;
    auto changes = changes_by_adoption();
    for (const auto& [user, key] : keys_of(on, instance, users)) changes.memberships.deleted.push_back(key);
    directory::apply(on, changes, now);
}

std::set<user_id> adopted_alone(store::connection& on, directory::instance_id instance, store::milliseconds_utc at) {
    const auto users = directory::members_by_one_source(on, instance, adopted_source, at);
    return {users.begin(), users.end()};
}

}  // namespace commhost::communication
