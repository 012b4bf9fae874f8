#include "roster/plan.hpp"

#include "roster/merging.hpp"
#include "roster/plan_index.hpp"
#include "roster/plan_memberships.hpp"
#include "roster/plan_summary.hpp"

#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace commhost::roster {

namespace {

/// Groups go with what they are groups of.
void remove_groups(instance_plan& instances, const std::vector<stored_instance>& stored) {
    for (const auto& row : stored) {
        if (!row.record.parent || !claimed(row.claim)) continue;
        const auto* parent = instances.find(*row.record.parent);
        auto* group = instances.find(row.record.key);
        if (parent != nullptr && parent->going && !group->named) group->going = true;
    }
}

/// To those that appear with groups.
void give_group_rooms(std::vector<entry<directory::instance_record>>& wanted, instance_plan& instances) {
    std::set<instance_key> with_groups;
    for (const auto& each : wanted)
        if (each.record.parent && !each.removed) with_groups.insert(*each.record.parent);
    for (auto& each : wanted) {
        const auto* known = instances.find(each.record.key);
        const bool appears = known == nullptr || known->stored == nullptr;
        if (appears && !each.record.group_rooms && with_groups.contains(each.record.key))
            each.record.group_rooms = true;
    }
}

/// Those that the changes need and the directory lacks.
std::vector<directory::picture> new_pictures(std::vector<directory::picture> named, const directory::stored& stored,
                                             const directory::change_set& changes) {
    std::unordered_set<std::string_view> needed;
    for (const auto* records : {&changes.instances.inserted, &changes.instances.updated})
        for (const auto& record : *records)
            if (record.picture) needed.insert(*record.picture);
    for (const auto* records : {&changes.users.inserted, &changes.users.updated})
        for (const auto& record : *records)
            if (record.picture) needed.insert(*record.picture);
    std::erase_if(named, [&](const directory::picture& each) {
        return !needed.contains(each.digest) || stored.pictures.contains(each.digest);
    });
    return named;
}

}  // namespace

std::string_view to_string(instance_change change) {
    switch (change) {
        case instance_change::none: return "none";
        case instance_change::added: return "added";
        case instance_change::changed: return "changed";
        case instance_change::removed: return "removed";
    }
    return "?";
}

plan make_plan(roster wanted, const directory::stored& stored, const std::string& source, const planning& how) {
    plan result;
    auto& changes = result.changes;
    changes.source = source;
    changes.revision = stored.revision;
    for (const auto of : {wanted.users_scope, wanted.instances_scope, wanted.memberships_scope})
        result.complete = result.complete || of == scope::full;

    settle_merged(wanted, stored);
    user_plan users(stored.users, wanted.unreadable_users);
    users.compare(std::move(wanted.users), wanted.users_scope, how, changes.users, changes.claimed_users);
    if (how.held != nullptr && wanted.users_scope == scope::partial) users.carry(how.held->users, changes.users);
    users.settle(changes.users);
    instance_plan instances(stored.instances, wanted.unreadable_instances);
    if (how.group_rooms) give_group_rooms(wanted.instances, instances);
    instances.compare(std::move(wanted.instances), wanted.instances_scope, how, changes.instances,
                      changes.claimed_instances);
    if (how.held != nullptr && wanted.instances_scope == scope::partial)
        instances.carry(how.held->instances, changes.instances);
    remove_groups(instances, stored.instances);
    instances.settle(changes.instances);

    changes.pictures = new_pictures(std::move(wanted.pictures), stored, changes);

    compare_memberships(wanted, stored, users, instances, how, result);
    summarise(stored, users, instances, result);
    result.guests = wanted.guests;
    result.problems = std::move(wanted.problems);
    return result;
}

}  // namespace commhost::roster
