#include "roster/inverse.hpp"

#include <map>
#include <utility>

namespace commhost::roster {

namespace {

using directory::claim;
using directory::instance_key;
using directory::instance_record;
using directory::membership_key;
using directory::membership_record;
using directory::stored_instance;
using directory::stored_membership;
using directory::stored_user;
using directory::user_record;

// By the keys of change sets.
const stored_user* find(const directory::stored& in, const std::string& key) { return find_user(in, key); }
const stored_instance* find(const directory::stored& in, const instance_key& key) { return find_instance(in, key); }
const stored_membership* find(const directory::stored& in, const membership_key& key) {
    return find_membership(in, key);
}

membership_record record_of(const membership_key& key, const stored_membership& row) {
    return {key, row.role, row.room_role, row.begins, row.ends, row.status, row.all_groups};
}

bool claimed(claim of) { return of == claim::own || of == claim::shared; }

template <class Key, class Claims>
void claim_again(const Key& key, claim before, Claims& claims) {
    if (before == claim::shared) claims.push_back(key);
}

void invert_marks(const auto& absent, auto& into, const directory::stored& before) {
    for (const auto& [key, mark] : absent)
        if (const auto* row = find(before, key)) into.push_back({key, row->absence});
}

/// A roster that names pictures names them all, with each change of something else.
bool keeps_picture(const auto& row, const auto* change) {
    return change == nullptr || !change->picture || *change->picture == row.record.picture.value_or("");
}

/// What was said of a person, where a change said anything of it.
user_record as_said(const stored_user& row, const user_record* change) {
    auto record = row.record;
    if (keeps_picture(row, change)) record.picture.reset();
    return record;
}

void invert_users(const directory::change_set& changes, const directory::stored& before,
                  directory::change_set& result) {
    auto& users = result.users;
    for (const auto& record : changes.users.inserted) users.deleted.push_back(record.external_id);
    for (const auto& record : changes.users.updated) {
        const auto* row = find(before, record.external_id);
        if (row == nullptr) continue;
        // One that nobody claimed falls back to that.
        if (row->claim == claim::own) {
            users.updated.push_back(as_said(*row, &record));
        } else {
            users.deleted.push_back(record.external_id);
        }
    }
    for (const auto& key : changes.users.deleted) {
        const auto* row = find(before, key);
        if (row == nullptr) continue;
        if (row->claim == claim::own) users.updated.push_back(as_said(*row, nullptr));
        claim_again(key, row->claim, result.claimed_users);
    }
    for (const auto& key : changes.claimed_users) users.deleted.push_back(key);
    invert_marks(changes.users.absent, users.absent, before);
}

/// What was said of an instance, where a change said anything of it.
instance_record as_said(const stored_instance& row, const instance_record* change) {
    auto record = row.record;
    if (change == nullptr || !change->provider) record.provider.reset();
    if (change == nullptr || !change->settings) record.settings.reset();
    if (keeps_picture(row, change)) record.picture.reset();
    if (change == nullptr || !change->group_rooms) record.group_rooms.reset();
    return record;
}

void invert_instances(const directory::change_set& changes, const directory::stored& before,
                      directory::change_set& result) {
    auto& instances = result.instances;
    for (const auto& record : changes.instances.inserted) instances.deleted.push_back(record.key);
    for (const auto& record : changes.instances.updated) {
        const auto* row = find(before, record.key);
        if (row == nullptr) continue;
        if (row->claim == claim::own) {
            instances.updated.push_back(as_said(*row, &record));
        } else {
            instances.deleted.push_back(record.key);
        }
    }
    for (const auto& key : changes.instances.deleted) {
        const auto* row = find(before, key);
        if (row == nullptr) continue;
        if (row->claim == claim::own) instances.updated.push_back(as_said(*row, nullptr));
        claim_again(key, row->claim, result.claimed_instances);
    }
    for (const auto& key : changes.claimed_instances) instances.deleted.push_back(key);
    invert_marks(changes.instances.absent, instances.absent, before);
}

void invert_memberships(const directory::change_set& changes, const directory::stored& before,
                        directory::change_set& result) {
    auto& memberships = result.memberships;
    for (const auto& record : changes.memberships.inserted) memberships.deleted.push_back(record.key);
    for (const auto& record : changes.memberships.updated)
        if (const auto* row = find(before, record.key)) memberships.updated.push_back(record_of(record.key, *row));
    for (const auto& key : changes.memberships.deleted) {
        const auto* row = find(before, key);
        if (row == nullptr) continue;
        memberships.inserted.push_back(record_of(key, *row));
        if (row->absence.reads > 0) memberships.absent.push_back({key, row->absence});
    }
    invert_marks(changes.memberships.absent, memberships.absent, before);
}

}  // namespace

directory::change_set inverse_of(const directory::change_set& changes, const directory::stored& before) {
    directory::change_set result;
    result.source = changes.source;
    invert_users(changes, before, result);
    invert_instances(changes, before, result);
    invert_memberships(changes, before, result);
    return result;
}

standing_changes still_standing(directory::change_set changes, const directory::change_set& was,
                                const directory::stored& now) {
    standing_changes result;
    std::map<std::string, const user_record*> users;
    for (const auto& record : was.users.updated) users.emplace(record.external_id, &record);
    std::map<instance_key, const instance_record*> instances;
    for (const auto& record : was.instances.updated) instances.emplace(record.key, &record);
    std::map<membership_key, const membership_record*> memberships;
    for (const auto* records : {&was.memberships.inserted, &was.memberships.updated})
        for (const auto& record : *records) memberships.emplace(record.key, &record);

    // Of a shared claim nothing is known but that it was there.
    const auto moved = [&](const auto& known, const auto& key) {
        const auto* row = find(now, key);
        const auto before = known.find(key);
        return row == nullptr || !claimed(row->claim) ||
               (before != known.end() && before->second->status != row->record.status);
    };
    const auto moved_membership = [&](const membership_key& key) {
        const auto* row = find(now, key);
        const auto before = memberships.find(key);
        return row == nullptr || before == memberships.end() || record_of(key, *row) != *before->second;
    };
    const auto drop = [&](auto& list, auto&& is_moved) { result.left_out += std::erase_if(list, is_moved); };
    drop(changes.users.deleted, [&](const std::string& key) { return moved(users, key); });
    drop(changes.users.updated, [&](const user_record& record) { return moved(users, record.external_id); });
    drop(changes.instances.deleted, [&](const instance_key& key) { return moved(instances, key); });
    drop(changes.instances.updated, [&](const instance_record& record) { return moved(instances, record.key); });
    drop(changes.memberships.deleted, moved_membership);
    drop(changes.memberships.updated, [&](const membership_record& record) { return moved_membership(record.key); });
    result.changes = std::move(changes);
    return result;
}

}  // namespace commhost::roster
