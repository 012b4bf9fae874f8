#include "roster/forgetting.hpp"

#include "roster/change_set_json.hpp"
#include "roster/held.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace commhost::roster {

namespace {

bool is_of(const std::string& user, std::string_view person) { return user == person; }
bool is_of(const directory::user_record& user, std::string_view person) { return user.external_id == person; }
bool is_of(const directory::membership_key& key, std::string_view person) { return key.user == person; }
bool is_of(const directory::membership_record& record, std::string_view person) { return is_of(record.key, person); }
template <class Key>
bool is_of(const directory::absence_of<Key>& absent, std::string_view person) {
    return is_of(absent.key, person);
}

std::size_t take_out(auto& list, std::string_view person) {
    return std::erase_if(list, [&](const auto& each) { return is_of(each, person); });
}

template <class Record, class Key>
std::size_t take_out_of(directory::changes_of<Record, Key>& changes, std::string_view person) {
    return take_out(changes.inserted, person) + take_out(changes.updated, person) + take_out(changes.deleted, person) +
           take_out(changes.absent, person);
}

/// Those who were to be merged into the person, who has no name any more.
std::size_t take_out_mergers(directory::changes_of<directory::user_record, std::string>& users,
                             std::string_view person) {
    std::size_t found = 0;
    for (auto* records : {&users.inserted, &users.updated})
        for (auto& record : *records) {
            if (record.merged_into != person) continue;
            record.merged_into.clear();
            ++found;
        }
    return found;
}

/// Those that no record names.
void drop_pictures(directory::change_set& changes) {
    std::set<std::string_view> named;
    const auto add = [&](const auto& kind) {
        for (const auto* records : {&kind.inserted, &kind.updated})
            for (const auto& record : *records)
                if (record.picture) named.insert(*record.picture);
    };
    add(changes.users);
    add(changes.instances);
    std::erase_if(changes.pictures, [&](const directory::picture& each) { return !named.contains(each.digest); });
}

/// Returns whether the person was in it.
bool take_out_of(directory::change_set& changes, std::string_view person) {
    const auto found = take_out_of(changes.users, person) + take_out_mergers(changes.users, person) +
                       take_out(changes.claimed_users, person) + take_out_of(changes.memberships, person);
    drop_pictures(changes);
    return found > 0;
}

void keep_only(auto& list, std::string_view person) {
    std::erase_if(list, [&](const auto& each) { return !is_of(each, person); });
}

template <class Record, class Key>
void keep_only_in(directory::changes_of<Record, Key>& changes, std::string_view person) {
    keep_only(changes.inserted, person);
    keep_only(changes.updated, person);
    keep_only(changes.deleted, person);
    keep_only(changes.absent, person);
}

/// The person's part of a text of changes; empty where there is none.
std::optional<std::string> part_of(const std::string& text, std::string_view person, const std::string& where) {
    auto changes = change_set_of(text, where);
    keep_only_in(changes.users, person);
    keep_only(changes.claimed_users, person);
    keep_only_in(changes.memberships, person);
    changes.instances = {};
    changes.claimed_instances.clear();
    drop_pictures(changes);
    if (changes.empty()) return std::nullopt;
    return to_text(changes);
}

/// The rooms that removals are from.
std::set<directory::instance_key> rooms_of(const directory::change_set& held) {
    std::set<directory::instance_key> rooms(held.instances.deleted.begin(), held.instances.deleted.end());
    for (const auto& record : held.instances.updated) rooms.insert(record.key);
    for (const auto& key : held.memberships.deleted) rooms.insert(key.instance);
    for (const auto& record : held.memberships.updated) rooms.insert(record.key.instance);
    return rooms;
}

/// Those of one person, each of which is a removal; one who is only suspended or deleted as such is one.
std::int64_t removals_of(const directory::change_set& held, std::string_view person) {
    std::set<directory::instance_key> rooms;
    for (const auto& key : held.memberships.deleted)
        if (is_of(key, person)) rooms.insert(key.instance);
    for (const auto& record : held.memberships.updated)
        if (is_of(record, person)) rooms.insert(record.key.instance);
    return static_cast<std::int64_t>(std::max<std::size_t>(rooms.size(), 1));
}

/// As the person stands in texts, whatever the database makes of capitals. It looks for the texts by that, each of which may have a
/// whole school: only those that are worth to be taken apart are read, one at a time.
std::string quoted(std::string_view external_id) { return boost::json::serialize(boost::json::string(external_id)); }

std::vector<std::tuple<std::string, store::milliseconds_utc>> undos_naming(store::connection& on,
                                                                           const std::string& named) {
    return on.query<std::string, store::milliseconds_utc>(
        "select source, at from roster_undo where changes <> replace(changes, :named, '') order by source",
        {{"named", named}});
}

std::optional<std::string> undo_of(store::connection& on, const std::string& source) {
    return on.scalar<std::string>("select changes from roster_undo where source = :source", {{"source", source}});
}

std::vector<std::tuple<held_id, std::string, store::milliseconds_utc>> held_naming(store::connection& on,
                                                                                   const std::string& named) {
    return on.query<held_id, std::string, store::milliseconds_utc>(
        "select id, source, at from roster_held where changes <> '' and "
        "(changes <> replace(changes, :named, '') or was <> replace(was, :named, '')) order by id",
        {{"named", named}});
}

/// What is held, and what was.
std::optional<std::tuple<std::string, std::string>> held_of(store::connection& on, held_id id) {
    return on.first<std::string, std::string>("select changes, was from roster_held where id = :id", {{"id", id}});
}

void forget_in_undo(store::connection& within, std::string_view person) {
    for (const auto& [source, at] : undos_naming(within, quoted(person))) {
        const auto text = undo_of(within, source);
        if (!text) continue;
        auto changes = change_set_of(*text, "roster_undo");
        if (!take_out_of(changes, person)) continue;
        within.execute("update roster_undo set changes = :changes where source = :source",
                       {{"changes", to_text(changes)}, {"source", source}});
    }
}

void forget_in_held(store::connection& within, std::string_view person) {
    for (const auto& [id, source, at] : held_naming(within, quoted(person))) {
        const auto row = held_of(within, id);
        if (!row) continue;
        const auto& [changes_text, was_text] = *row;
        auto changes = change_set_of(changes_text, "roster_held");
        auto was = change_set_of(was_text, "roster_held");
        const auto rooms = rooms_of(changes).size();
        const auto removals = removals_of(changes, person);
        const bool held = take_out_of(changes, person);
        if (!take_out_of(was, person) && !held) continue;
        if (changes.empty()) {
            within.execute("delete from roster_held where id = :id", {{"id", id}});
            continue;
        }
        within.execute("update roster_held set changes = :changes, was = :was, rooms = rooms - :rooms, "
                       "removals = case when removals > :removals then removals - :removals else 1 end where id = :id",
                       {{"changes", to_text(changes)},
                        {"was", to_text(was)},
                        {"rooms", rooms - rooms_of(changes).size()},
                        {"removals", held ? removals : 0},
                        {"id", id}});
    }
}

}  // namespace

void forget_person(store::connection& within, std::string_view external_id) {
    forget_in_undo(within, external_id);
    forget_in_held(within, external_id);
}

std::vector<kept_changes> changes_with(store::connection& on, std::string_view external_id) {
    std::vector<kept_changes> found;
    for (auto& [source, at] : undos_naming(on, quoted(external_id))) {
        const auto text = undo_of(on, source);
        if (auto changes = text ? part_of(*text, external_id, "roster_undo") : std::nullopt)
            found.push_back({std::move(source), at, std::nullopt, std::move(*changes), ""});
    }
    for (auto& [id, source, at] : held_naming(on, quoted(external_id))) {
        const auto row = held_of(on, id);
        if (!row) continue;
        auto changes = part_of(std::get<0>(*row), external_id, "roster_held");
        auto was = part_of(std::get<1>(*row), external_id, "roster_held");
        if (changes || was)
            found.push_back({std::move(source), at, id, std::move(changes).value_or(""), std::move(was).value_or("")});
    }
    return found;
}

}  // namespace commhost::roster
