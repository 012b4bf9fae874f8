#include "directory/by_hand.hpp"

#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"

#include <algorithm>
#include <string>

namespace commhost::directory {

namespace {

change_set changes_by_hand() {
    change_set changes;
    changes.source = by_hand_source;
    return changes;
}

std::optional<std::string> source_of(store::connection& sql, const instance_key& key) {
    return sql.scalar<std::string>(
        "select source from directory_instance "
        "where component = :component and type = :type and external_id = :external_id",
        {{"component", key.component}, {"type", key.type}, {"external_id", key.external_id}});
}

void require_by_hand(store::connection& sql, const instance_key& key) {
    const auto source = source_of(sql, key);
    if (!source) throw message::error(DIRECTORY_INSTANCE, {{"instance", name_of(key)}});
    if (*source != by_hand_source)
        throw message::error(DIRECTORY_OF_ROSTER, {{"instance", name_of(key)}, {"source", *source}});
}

bool is_member_by_hand(store::connection& sql, const instance& of, const user& person) {
    const auto all = memberships_of(sql, of.id);
    return std::any_of(all.begin(), all.end(),
                       [&](const membership& each) { return each.user == person.id && each.source == by_hand_source; });
}

membership_key key_of(const instance& of, const user& person) { return {of.key, person.record.external_id, {}}; }

}  // namespace

instance_id create_by_hand(store::connection& sql, const instance_record& record, const std::optional<picture>& shown,
                           store::milliseconds_utc now) {
    lock_revision(sql);
    const auto before = find_instance(sql, record.key);
    auto changes = changes_by_hand();
    if (shown) changes.pictures.push_back(*shown);
    if (!before) {
        changes.instances.inserted.push_back(record);
    } else if (before->status == instance_status::deleted && source_of(sql, record.key) == by_hand_source) {
        changes.instances.updated.push_back(record);
    } else {
        throw message::error(DIRECTORY_EXISTS, {{"instance", name_of(record.key)}});
    }
    apply(sql, changes, now);
    return find_instance(sql, record.key).value().id;
}

void update_by_hand(store::connection& sql, const instance_record& record, const std::optional<picture>& shown,
                    store::milliseconds_utc now) {
    lock_revision(sql);
    require_by_hand(sql, record.key);
    auto changes = changes_by_hand();
    if (shown) changes.pictures.push_back(*shown);
    changes.instances.updated.push_back(record);
    apply(sql, changes, now);
}

void delete_by_hand(store::connection& sql, const instance_key& key, store::milliseconds_utc now) {
    lock_revision(sql);
    require_by_hand(sql, key);
    auto changes = changes_by_hand();
    changes.instances.deleted.push_back(key);
    apply(sql, changes, now);
}

void set_member_by_hand(store::connection& sql, const instance& of, const user& person,
                        core_communication::room_role role, std::optional<store::milliseconds_utc> ends,
                        store::milliseconds_utc now) {
    lock_revision(sql);
    auto changes = changes_by_hand();
    (is_member_by_hand(sql, of, person) ? changes.memberships.updated : changes.memberships.inserted)
        .push_back(
            {key_of(of, person), std::string(to_string(role)), role, std::nullopt, ends, membership_status::active});
    apply(sql, changes, now);
}

bool remove_member_by_hand(store::connection& sql, const instance& of, const user& person,
                           store::milliseconds_utc now) {
    lock_revision(sql);
    if (!is_member_by_hand(sql, of, person)) return false;
    auto changes = changes_by_hand();
    changes.memberships.deleted.push_back(key_of(of, person));
    apply(sql, changes, now);
    return true;
}

}  // namespace commhost::directory
