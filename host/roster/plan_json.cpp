#include "roster/plan_json.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/strict_json.hpp"
#include "text/base64.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace commhost::roster {

namespace {

namespace json = boost::json;
using directory::instance_key;
using directory::instance_record;
using directory::membership_key;
using directory::membership_record;
using directory::user_record;

json::object to_json(const change_counts& counts) {
    return {{"added", counts.added}, {"changed", counts.changed}, {"removed", counts.removed}};
}

json::object to_json(const instance_key& key) {
    return {{"component", key.component}, {"type", key.type}, {"id", key.external_id}};
}

json::object to_json(const membership_key& key) {
    return {{"instance", to_json(key.instance)}, {"user", key.user}, {"reference", key.reference}};
}

json::string to_json(const std::string& text) { return json::string(text); }

json::object to_json(const directory::picture& picture) {
    return {{"digest", picture.digest}, {"content", text::to_base64(picture.content.bytes)}};
}

json::object to_json(const user_record& user) {
    json::object fields;
    for (const auto& [name, text] : user.fields) fields[name] = text;
    return {{"id", user.external_id},
            {"username", user.username},
            {"given_name", user.given_name},
            {"family_name", user.family_name},
            {"display_name", user.display_name},
            {"email", user.email},
            {"status", directory::to_string(user.status)},
            {"fields", std::move(fields)}};
}

json::object to_json(const instance_record& instance) {
    json::object result{{"key", to_json(instance.key)},
                        {"name", instance.name},
                        {"topic", instance.topic},
                        {"status", directory::to_string(instance.status)}};
    if (instance.parent) result["parent"] = to_json(*instance.parent);
    if (instance.provider) result["provider"] = *instance.provider;
    if (instance.settings) result["settings"] = *instance.settings;
    if (instance.picture) result["picture"] = *instance.picture;
    return result;
}

json::object to_json(const membership_record& membership) {
    json::object result{{"key", to_json(membership.key)},
                        {"role", membership.role},
                        {"room_role", directory::to_string(membership.room_role)},
                        {"status", directory::to_string(membership.status)}};
    if (membership.begins) result["begins"] = *membership.begins;
    if (membership.ends) result["ends"] = *membership.ends;
    return result;
}

json::object to_json(const instance_summary& summary) {
    const auto list = [](const std::vector<std::string>& people) { return json::array(people.begin(), people.end()); };
    return {{"instance", to_json(summary.key)},          {"name", summary.name},
            {"change", to_string(summary.change)},       {"added", list(summary.added)},
            {"changed", list(summary.changed)},          {"removed", list(summary.removed)},
            {"picture_changed", summary.picture_changed}};
}

json::object to_json(const problem& problem) {
    json::object result{{"code", problem.code.id()}, {"file", problem.place.file}};
    if (problem.place.line > 0) result["line"] = problem.place.line;
    if (!problem.place.pointer.empty()) result["pointer"] = problem.place.pointer;
    result["left_out"] = problem.left_out;
    result["text"] = problem.text();
    return result;
}

template <class Rows>
void write_list(std::ostream& to, std::string_view name, const Rows& rows) {
    to << json::serialize(json::string_view(name)) << ":[";
    const char* between = "\n";
    for (const auto& row : rows) {
        to << between << json::serialize(to_json(row));
        between = ",\n";
    }
    to << "]";
}

template <class Record, class Key>
void write_changes(std::ostream& to, std::string_view name, const directory::changes_of<Record, Key>& changes) {
    to << json::serialize(json::string_view(name)) << ":{";
    write_list(to, "inserted", changes.inserted);
    to << ",\n";
    write_list(to, "updated", changes.updated);
    to << ",\n";
    write_list(to, "deleted", changes.deleted);
    to << "}";
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::optional<std::string> optional_text(const json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    return value == nullptr ? std::nullopt : std::optional(text_of(*value));
}

std::optional<std::int64_t> optional_integer(const json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    return value == nullptr ? std::nullopt : std::optional(value->as_int64());
}

/// From the word that to_string makes of one of the values back to it.
template <class Value, std::size_t Count>
Value value_of(const json::value& word, const std::array<Value, Count>& values) {
    const std::string_view found = word.as_string();
    for (const auto value : values)
        if (directory::to_string(value) == found) return value;
    throw std::invalid_argument("unknown word " + std::string(found));
}

void from_json(const json::value& value, std::string& into) { into = text_of(value); }

void from_json(const json::value& value, instance_key& into) {
    into = {text_of(value.at("component")), text_of(value.at("type")), text_of(value.at("id"))};
}

void from_json(const json::value& value, membership_key& into) {
    from_json(value.at("instance"), into.instance);
    into.user = text_of(value.at("user"));
    into.reference = text_of(value.at("reference"));
}

void from_json(const json::value& value, user_record& into) {
    using directory::user_status;
    into = {text_of(value.at("id")),
            text_of(value.at("username")),
            text_of(value.at("given_name")),
            text_of(value.at("family_name")),
            text_of(value.at("display_name")),
            text_of(value.at("email")),
            value_of(value.at("status"), std::array{user_status::active, user_status::suspended, user_status::deleted}),
            {}};
    for (const auto& [name, text] : value.at("fields").as_object()) into.fields.emplace(name, text_of(text));
}

void from_json(const json::value& value, instance_record& into) {
    using directory::instance_status;
    const auto& object = value.as_object();
    from_json(object.at("key"), into.key);
    if (const auto* parent = object.if_contains("parent")) from_json(*parent, into.parent.emplace());
    into.name = text_of(object.at("name"));
    into.topic = text_of(object.at("topic"));
    into.status = value_of(object.at("status"),
                           std::array{instance_status::active, instance_status::hidden, instance_status::deleted});
    into.provider = optional_text(object, "provider");
    into.settings = optional_text(object, "settings");
    into.picture = optional_text(object, "picture");
}

void from_json(const json::value& value, directory::picture& into) {
    auto bytes = text::from_base64(text_of(value.at("content")));
    auto made = bytes ? directory::make_picture(*std::move(bytes)) : std::nullopt;
    if (!made || made->digest != text_of(value.at("digest"))) throw std::invalid_argument("a picture is damaged");
    into = *std::move(made);
}

void from_json(const json::value& value, membership_record& into) {
    using core_communication::room_role;
    using directory::membership_status;
    const auto& object = value.as_object();
    from_json(object.at("key"), into.key);
    into.role = text_of(object.at("role"));
    into.room_role =
        value_of(object.at("room_role"), std::array{room_role::member, room_role::moderator, room_role::owner});
    into.begins = optional_integer(object, "begins");
    into.ends = optional_integer(object, "ends");
    into.status = value_of(object.at("status"), std::array{membership_status::active, membership_status::suspended});
}

template <class Row>
void read_list(const json::value& list, std::vector<Row>& into) {
    const auto& rows = list.as_array();
    into.resize(rows.size());
    for (std::size_t index = 0; index < rows.size(); ++index) from_json(rows[index], into[index]);
}

template <class Record, class Key>
void read_changes(const json::value& changes, directory::changes_of<Record, Key>& into) {
    read_list(changes.at("inserted"), into.inserted);
    read_list(changes.at("updated"), into.updated);
    read_list(changes.at("deleted"), into.deleted);
}

}  // namespace

void write_plan(std::ostream& to, const plan& plan) {
    const auto& changes = plan.changes;
    to << R"({"format":"commhost-plan","version":1,"source":)" << json::serialize(json::string_view(changes.source));
    if (changes.revision) to << R"(,"revision":)" << *changes.revision;
    to << ",\n\"summary\":{\"users\":" << to_json(plan.users) << ",\"instances\":" << to_json(plan.instances)
       << ",\"memberships\":" << to_json(plan.memberships) << ",\n";
    write_list(to, "by_instance", plan.by_instance);
    to << "},\n\"problems\":{\"left_out\":" << plan.problems.left_out() << ",\"noted\":" << plan.problems.noted()
       << ",\n";
    write_list(to, "list", plan.problems.kept());
    to << "},\n\"changes\":{";
    write_changes(to, "users", changes.users);
    to << ",\n";
    write_list(to, "claimed_users", changes.claimed_users);
    to << ",\n";
    write_changes(to, "instances", changes.instances);
    to << ",\n";
    write_list(to, "claimed_instances", changes.claimed_instances);
    to << ",\n";
    write_list(to, "pictures", changes.pictures);
    to << ",\n";
    write_changes(to, "memberships", changes.memberships);
    to << "}}\n";
}

directory::change_set read_plan(std::string_view text, const std::string& file) {
    const auto document = parse_strict_json(text, file);
    try {
        if (text_of(document.at("format")) != "commhost-plan" || document.at("version").as_int64() != 1)
            throw std::invalid_argument("no plan of version 1");
        directory::change_set changes;
        changes.source = text_of(document.at("source"));
        changes.revision = optional_integer(document.as_object(), "revision");
        const auto& all = document.at("changes");
        read_changes(all.at("users"), changes.users);
        read_list(all.at("claimed_users"), changes.claimed_users);
        read_changes(all.at("instances"), changes.instances);
        read_list(all.at("claimed_instances"), changes.claimed_instances);
        read_list(all.at("pictures"), changes.pictures);
        read_changes(all.at("memberships"), changes.memberships);
        return changes;
    } catch (const std::exception& failed) {
        // Boost.JSON tells of a missing field or another type by exceptions of several types.
        throw message::error(ROSTER_PLAN, {{"file", file}, {"reason", failed.what()}});
    }
}

}  // namespace commhost::roster
