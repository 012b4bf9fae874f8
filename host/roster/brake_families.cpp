#include "roster/brake_families.hpp"

namespace commhost::roster {

namespace {

using directory::instance_id;
using directory::instance_key;
using directory::instance_record;
using directory::stored_instance;

bool is_active(const instance_record& record) { return record.status == directory::instance_status::active; }

bool has_none(const instance_record& record) { return record.provider == directory::no_provider; }

/// Whether a group has a room, as communication::follow has it: it is where its course is to be, unless it says itself where.
bool is_open(const instance_record& group, const family_side& course) {
    if (!is_active(group) || has_none(group)) return false;
    return !course.group_rooms || !course.no_provider || !group.provider.value_or("").empty();
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
    const std::set<instance_key> deleted(changes.deleted.begin(), changes.deleted.end());
    std::map<instance_key, instance_id> courses;
    const auto side_of = [](const instance_record& record) {
        family_side side;
        side.group_rooms = record.group_rooms.value_or(false);
        side.active = is_active(record);
        side.no_provider = has_none(record);
        return side;
    };
    for (const auto& row : stored) {
        const auto is = changed(row, updated);
        if (!row.record.group_rooms.value_or(false) && !is.group_rooms.value_or(false)) continue;
        auto& [before, after] = sides_[row.id];
        before = side_of(row.record);
        after = side_of(is);
        if (going.contains(row.id) && deleted.contains(row.record.key)) after.active = false;
        courses.emplace(row.record.key, row.id);
    }
    for (const auto& record : changes.inserted) {
        if (!record.group_rooms.value_or(false)) continue;
        const auto id = appearing.at(record.key);
        sides_[id].second = side_of(record);
        courses.emplace(record.key, id);
    }
    if (courses.empty()) return;
    const auto add = [&](const instance_record& record, instance_id id, bool afterwards) {
        const auto course = record.parent ? courses.find(*record.parent) : courses.end();
        if (course == courses.end()) return;
        (afterwards ? course_after_ : course_before_)[id] = course->second;
        auto& [before, after] = sides_.at(course->second);
        auto& side = afterwards ? after : before;
        if (is_open(record, side)) side.groups.insert(id);
    };
    for (const auto& row : stored) {
        if (!row.record.parent) continue;
        add(row.record, row.id, false);
        if (!going.contains(row.id)) {
            add(changed(row, updated), row.id, true);
        } else if (const auto course = course_before_.find(row.id); course != course_before_.end()) {
            course_after_.insert(*course);
        }
    }
    for (const auto& record : changes.inserted) add(record, appearing.at(record.key), true);
}

instance_id brake_families::in(const courses& known, instance_id which) {
    const auto found = known.find(which);
    return found == known.end() ? which : found->second;
}

}  // namespace commhost::roster
