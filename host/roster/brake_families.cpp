#include "roster/brake_families.hpp"

namespace commhost::roster {

namespace {

using directory::instance_id;
using directory::instance_key;
using directory::instance_record;
using directory::stored_instance;

bool is_open(const instance_record& record) {
    return record.status == directory::instance_status::active && record.provider != directory::no_provider;
}

/// As it shall be: what the change does not say is as it is stored.
instance_record changed(const stored_instance& row, const std::map<instance_key, const instance_record*>& updated) {
    const auto change = updated.find(row.record.key);
    if (change == updated.end()) return row.record;
    auto record = *change->second;
    if (!record.provider) record.provider = row.record.provider;
    if (!record.group_rooms) record.group_rooms = row.record.group_rooms;
    return record;
}

}  // namespace

brake_families::brake_families(const instance_changes& changes, const std::vector<stored_instance>& stored,
                               const std::set<instance_id>& going,
                               const std::map<instance_key, instance_id>& appearing) {
    std::map<instance_key, const instance_record*> updated;
    for (const auto& record : changes.updated) updated.emplace(record.key, &record);
    std::map<instance_key, instance_id> courses;
    for (const auto& row : stored) {
        const auto is = changed(row, updated);
        const bool had = row.record.group_rooms.value_or(false);
        const bool has = is.group_rooms.value_or(false);
        if (!had && !has) continue;
        auto& [before, after] = sides_[row.id];
        before.group_rooms = had;
        before.open = is_open(row.record);
        after.group_rooms = has;
        after.open = is_open(is) && !going.contains(row.id);
        courses.emplace(row.record.key, row.id);
    }
    if (courses.empty()) return;
    const auto groups_of = [&](const instance_record& record, instance_id id,
                               bool afterwards) -> std::set<instance_id>* {
        const auto course = record.parent ? courses.find(*record.parent) : courses.end();
        if (course == courses.end()) return nullptr;
        course_of_[id] = course->second;
        auto& [before, after] = sides_.at(course->second);
        return afterwards ? &after.groups : &before.groups;
    };
    const auto add = [&](const instance_record& record, instance_id id, bool afterwards) {
        if (auto* groups = groups_of(record, id, afterwards); groups != nullptr && is_open(record)) groups->insert(id);
    };
    for (const auto& row : stored) {
        if (!row.record.parent) continue;
        add(row.record, row.id, false);
        if (!going.contains(row.id)) add(changed(row, updated), row.id, true);
    }
    for (const auto& record : changes.inserted) add(record, appearing.at(record.key), true);
}

instance_id brake_families::course_of(instance_id which) const {
    const auto found = course_of_.find(which);
    return found == course_of_.end() ? which : found->second;
}

}  // namespace commhost::roster
