#include "roster/export.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "text/time.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace commhost::roster {

namespace {

namespace json = boost::json;
using directory::claim;
using directory::instance_status;
using directory::membership_status;
using directory::stored_instance;
using directory::stored_membership;
using directory::stored_user;
using directory::user_status;

bool claimed(claim of) { return of == claim::own || of == claim::shared; }

/// "2026-09-01T08:00:00.250Z"
std::string date(store::milliseconds_utc at) {
    const auto rest = ((at % 1000) + 1000) % 1000;
    auto text = text::utc(at - rest);
    if (rest != 0) text.insert(text.size() - 1, "." + std::to_string(1000 + rest).substr(1));
    return text;
}

class writer {
  public:
    writer(std::ostream& to, const directory::stored& stored, const find_picture& picture)
        : to_(to), stored_(stored), picture_(picture) {
        for (const auto& row : stored.users)
            if (row.record.status != user_status::deleted) users_.emplace(row.id, &row);
        for (const auto& row : stored.instances) {
            if (row.record.status == instance_status::deleted) continue;
            instances_.emplace(row.id, &row);
            if (claimed(row.claim) && row.record.parent) groups_[*row.record.parent].push_back(&row);
        }
    }

    /// Of all that is written.
    std::set<std::string> components() const {
        std::set<std::string> found;
        for (const auto& [id, row] : instances_)
            if (claimed(row->claim)) found.insert(row->record.key.component);
        for (const auto& row : stored_.memberships)
            if (const auto at = instances_.find(row.instance); at != instances_.end())
                found.insert(at->second->record.key.component);
        return found;
    }

    void write(const std::string& component) {
        to_ << R"({"format":"commhost-roster","version":1,"scope":"full","component":)" << text(component)
            << ",\n\"users\":[";
        for (const auto& row : stored_.users)
            if (claimed(row.claim) && row.record.status != user_status::deleted) entry(user(row));
        end_list(",\n\"instances\":[");
        for (const auto& row : stored_.instances)
            if (claimed(row.claim) && row.record.status != instance_status::deleted && !row.record.parent)
                entry(instance(row));
        end_list(",\n\"memberships\":[");
        for (const auto* row : memberships()) entry(membership(*row));
        end_list("}\n");
    }

  private:
    /// By instance and person as these are written, not as the database has numbered them.
    std::vector<const stored_membership*> memberships() const {
        std::vector<const stored_membership*> rows;
        for (const auto& row : stored_.memberships)
            if (instances_.contains(row.instance) && users_.contains(row.user)) rows.push_back(&row);
        const auto place = [&](const stored_membership* row) {
            // Both point into lists that are sorted by key.
            return std::tuple(instances_.at(row->instance), users_.at(row->user), std::string_view(row->reference));
        };
        std::sort(rows.begin(), rows.end(), [&](const auto* a, const auto* b) { return place(a) < place(b); });
        return rows;
    }

    static std::string text(std::string_view plain) { return json::serialize(json::string_view(plain)); }

    void entry(const json::object& content) {
        to_ << (std::exchange(first_, false) ? "\n" : ",\n") << json::serialize(content);
    }
    void end_list(std::string_view next) {
        to_ << "]" << next;
        first_ = true;
    }

    void add_picture(json::object& to, const std::optional<std::string>& digest) const {
        if (!digest || digest->empty()) return;
        if (const auto found = picture_(*digest)) to["picture"] = directory::data_uri_of(found->content);
    }

    json::object user(const stored_user& row) const {
        const auto& record = row.record;
        json::object result{{"id", record.external_id}, {"username", record.username}};
        for (const auto& [name, content] :
             {std::pair("given_name", &record.given_name), std::pair("family_name", &record.family_name),
              std::pair("display_name", &record.display_name), std::pair("email", &record.email)})
            if (!content->empty()) result[name] = *content;
        if (record.status != user_status::active) result["status"] = to_string(record.status);
        if (!record.merged_into.empty()) result["merged_into"] = record.merged_into;
        if (!record.fields.empty()) {
            auto& fields = result["fields"].emplace_object();
            for (const auto& [name, content] : record.fields) fields[name] = content;
        }
        add_picture(result, record.picture);
        return result;
    }

    json::object instance(const stored_instance& row) {
        const auto& record = row.record;
        json::object result{{"type", record.key.type}, {"id", record.key.external_id}, {"name", record.name}};
        if (!record.topic.empty()) result["topic"] = record.topic;
        if (record.status != instance_status::active) result["status"] = to_string(record.status);
        if (record.provider && !record.provider->empty()) result["provider"] = *record.provider;
        if (record.settings && *record.settings != "{}") result["settings"] = json::parse(*record.settings);
        add_picture(result, record.picture);
        if (record.group_rooms.value_or(false)) result["group_rooms"] = true;
        if (const auto groups = groups_.find(record.key); groups != groups_.end()) {
            auto& list = result["groups"].emplace_array();
            for (const auto* group : groups->second) list.push_back(instance(*group));
        }
        return result;
    }

    json::object membership(const stored_membership& row) const {
        const auto& key = instances_.at(row.instance)->record.key;
        json::object result{{"type", key.type},
                            {"instance", key.external_id},
                            {"user", users_.at(row.user)->record.external_id},
                            {"role", row.role},
                            {"room_role", directory::to_string(row.room_role)}};
        if (!row.reference.empty()) result["id"] = row.reference;
        if (row.begins) result["begins"] = date(*row.begins);
        if (row.ends) result["ends"] = date(*row.ends);
        if (row.status != membership_status::active) result["status"] = directory::to_string(row.status);
        if (row.all_groups) result["all_groups"] = *row.all_groups;
        return result;
    }

    std::ostream& to_;
    const directory::stored& stored_;
    const find_picture& picture_;
    std::map<directory::user_id, const stored_user*> users_;
    std::map<directory::instance_id, const stored_instance*> instances_;
    std::map<directory::instance_key, std::vector<const stored_instance*>> groups_;
    bool first_ = true;
};

}  // namespace

void write_roster(std::ostream& to, const directory::stored& stored, const std::string& source,
                  const find_picture& picture) {
    writer document(to, stored, picture);
    const auto components = document.components();
    if (components.size() > 1) {
        std::string names;
        for (const auto& name : components) names += (names.empty() ? "" : ", ") + name;
        throw message::error(ROSTER_EXPORT_COMPONENTS, {{"source", source}, {"components", names}});
    }
    const bool people = std::any_of(stored.users.begin(), stored.users.end(),
                                    [](const stored_user& row) { return claimed(row.claim); });
    if (components.empty() && !people) throw message::error(ROSTER_SOURCE_UNKNOWN, {{"source", source}});
    document.write(components.empty() ? "commhost" : *components.begin());
}

}  // namespace commhost::roster
