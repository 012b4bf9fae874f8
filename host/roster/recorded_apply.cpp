#include "roster/recorded_apply.hpp"

#include "directory/merging.hpp"
#include "roster/audit_fields.hpp"
#include "roster/cause.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace commhost::roster {

namespace {

namespace json = boost::json;
using audit::subject_kind;
using directory::instance_key;

std::int64_t number_of(directory::instance_id id) { return static_cast<std::int64_t>(id); }

/// Collects the rows.
class account_of_changes {
  public:
    account_of_changes(const named_rows& before, const named_rows& after, const audit::origin& by)
        : before_(before), after_(after), by_(by) {}

    void tell_user(const std::string& external_id) {
        const auto is = after_.users.find(external_id);
        if (is == after_.users.end()) return;
        audit::subject about{subject_kind::user};
        about.user = is->second.id;
        const auto was = before_.users.find(external_id);
        if (was == before_.users.end()) {
            add(about, "user_added");
            return;
        }
        const auto is_deleted = [](const directory::user& person) {
            return person.record.status == directory::user_status::deleted;
        };
        const bool removed = is_deleted(is->second) && !is_deleted(was->second);
        tell_change(about, removed ? "user_removed" : "user_changed", audit_fields(was->second.record),
                    audit_fields(is->second.record));
    }

    void tell_instance(const instance_key& key) {
        const auto is = after_.instances.find(key);
        if (is == after_.instances.end()) return;
        audit::subject about{subject_kind::instance};
        about.instance = number_of(is->second.id);
        const auto was = before_.instances.find(key);
        if (was == before_.instances.end()) {
            add(about, "instance_added").after = json::serialize(json::object{{"name", is->second.name}});
            return;
        }
        auto fields = audit_fields(is->second);
        // Settings may hold secrets: that they changed is told, and not what they are.
        if (was->second.settings != is->second.settings) fields["settings"] = "changed";
        if (was->second.parent != is->second.parent)
            fields["parent"] = is->second.parent ? json::value(number_of(*is->second.parent)) : json::value(nullptr);
        const bool removed = is->second.status == directory::instance_status::deleted;
        tell_change(about, removed ? "instance_removed" : "instance_changed", audit_fields(was->second),
                    std::move(fields));
    }

    void tell_membership(const directory::membership_key& key, const directory::membership_record* is) {
        const auto was = before_.memberships.find(key);
        const bool there_before = was != before_.memberships.end();
        auto about = subject_of(key);
        if (!about || (!there_before && is == nullptr)) return;
        if (is == nullptr) {
            add(*about, "membership_removed").before = json::serialize(audit_fields(was->second));
        } else if (there_before) {
            tell_change(*about, "membership_changed", audit_fields(was->second), audit_fields(*is));
        } else {
            add(*about, "membership_added").after = json::serialize(audit_fields(*is));
        }
    }

    void tell_first_members(const instance_key& key, std::size_t number) {
        const auto found = after_.instances.find(key);
        if (found == after_.instances.end()) return;
        audit::subject about{subject_kind::instance};
        about.instance = number_of(found->second.id);
        add(about, "memberships_added").after = json::serialize(json::object{{"number", number}});
    }

    std::vector<audit::entry> take() { return std::move(entries_); }

  private:
    audit::entry& add(const audit::subject& about, std::string_view action) {
        return entries_.emplace_back(audit::entry{by_, about, std::string(action), std::nullopt, std::nullopt});
    }

    void tell_change(const audit::subject& about, std::string_view action, json::object was, json::object is) {
        keep_what_differs(was, is);
        if (was.empty() && is.empty()) return;
        auto& made = add(about, action);
        made.before = json::serialize(was);
        made.after = json::serialize(is);
    }

    std::optional<audit::subject> subject_of(const directory::membership_key& key) const {
        const auto instance = after_.instances.find(key.instance);
        const auto user = after_.users.find(key.user);
        if (instance == after_.instances.end() || user == after_.users.end()) return std::nullopt;
        audit::subject about{subject_kind::membership};
        about.instance = number_of(instance->second.id);
        about.user = user->second.id;
        return about;
    }

    const named_rows& before_;
    const named_rows& after_;
    const audit::origin& by_;
    std::vector<audit::entry> entries_;
};

std::set<instance_key> new_instances(const directory::change_set& changes) {
    std::set<instance_key> keys;
    for (const auto& each : changes.instances.inserted) keys.insert(each.key);
    return keys;
}

/// What is to be read: each name once.
struct names {
    std::set<std::string> users;
    std::set<instance_key> instances;
    std::set<directory::membership_key> memberships;
};

names names_before(const directory::change_set& changes) {
    names of;
    for (const auto& each : changes.users.updated) of.users.insert(each.external_id);
    of.users.insert(changes.users.deleted.begin(), changes.users.deleted.end());
    for (const auto& each : changes.instances.updated) of.instances.insert(each.key);
    of.instances.insert(changes.instances.deleted.begin(), changes.instances.deleted.end());
    for (const auto& each : changes.memberships.updated) of.memberships.insert(each.key);
    of.memberships.insert(changes.memberships.deleted.begin(), changes.memberships.deleted.end());
    return of;
}

names names_after(const directory::change_set& changes) {
    auto of = names_before(changes);
    for (const auto& each : changes.users.inserted) of.users.insert(each.external_id);
    const auto appearing = new_instances(changes);
    of.instances.insert(appearing.begin(), appearing.end());
    const auto add = [&of](const directory::membership_key& key) {
        of.instances.insert(key.instance);
        of.users.insert(key.user);
    };
    for (const auto& key : of.memberships) add(key);
    for (const auto& each : changes.memberships.inserted)
        if (!appearing.contains(each.key.instance)) add(each.key);
    of.memberships.clear();  // what becomes of them stands in the change set
    return of;
}

named_rows read(store::connection& on, const std::string& source, const names& of) {
    return {directory::users_named(on, of.users), directory::instances_named(on, of.instances),
            directory::memberships_named(on, source, of.memberships)};
}

json::object counts_of(const directory::change_set& changes) {
    const auto counts = [](const auto& of) {
        return json::object{
            {"added", of.inserted.size()}, {"changed", of.updated.size()}, {"removed", of.deleted.size()}};
    };
    return {{"users", counts(changes.users)},
            {"instances", counts(changes.instances)},
            {"memberships", counts(changes.memberships)}};
}

}  // namespace

std::vector<audit::entry> entries_of(const directory::change_set& changes, const named_rows& before,
                                     const named_rows& after, const audit::origin& by) {
    account_of_changes told(before, after, by);
    for (const auto* records : {&changes.users.inserted, &changes.users.updated})
        for (const auto& each : *records) told.tell_user(each.external_id);
    for (const auto* records : {&changes.instances.inserted, &changes.instances.updated})
        for (const auto& each : *records) told.tell_instance(each.key);
    for (const auto& key : changes.memberships.deleted) told.tell_membership(key, nullptr);
    for (const auto& each : changes.memberships.updated) told.tell_membership(each.key, &each);
    const auto appearing = new_instances(changes);
    std::map<instance_key, std::size_t> first_members;
    for (const auto& each : changes.memberships.inserted) {
        if (appearing.contains(each.key.instance)) {
            ++first_members[each.key.instance];
        } else {
            told.tell_membership(each.key, &each);
        }
    }
    for (const auto& [key, number] : first_members) told.tell_first_members(key, number);
    for (const auto& key : changes.instances.deleted) told.tell_instance(key);
    for (const auto& key : changes.users.deleted) told.tell_user(key);
    const auto changed = names_before(changes).users;
    for (const auto& [external_id, was] : before.users)
        if (!changed.contains(external_id)) told.tell_user(external_id);
    return told.take();
}

recorded_application apply_recorded(store::connection& within, const directory::change_set& changes,
                                    const audit::origin& by, store::milliseconds_utc now) {
    if (changes.empty()) return {{}, by.cause};
    // What is said of one person may make others somebody else: who was merged into the one.
    const auto merged = directory::people_said_merged(within);
    const auto read_all = [&](names of) {
        of.users.insert(merged.begin(), merged.end());
        return read(within, changes.source, of);
    };
    const auto before = read_all(names_before(changes));
    auto touched = directory::apply(within, changes, now);
    const auto cause = by.cause == import_cause() ? import_cause(directory::revision(within)) : by.cause;
    auto entries = entries_of(changes, before, read_all(names_after(changes)), {"roster:" + changes.source, cause, ""});
    audit::subject about{subject_kind::roster};
    about.name = changes.source;
    entries.push_back(
        {{by.actor, cause, by.reason}, about, "roster_applied", std::nullopt, json::serialize(counts_of(changes))});
    audit::record(within, entries, now);
    return {std::move(touched), cause};
}

}  // namespace commhost::roster
