#include "roster/record_json.hpp"

#include "text/base64.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace commhost::roster {

namespace {

namespace json = boost::json;
using directory::instance_key;
using directory::instance_record;
using directory::membership_key;
using directory::membership_record;
using directory::user_record;

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::optional<std::string> optional_text(const json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    return value == nullptr ? std::nullopt : std::optional(text_of(*value));
}

std::optional<bool> optional_bool(const json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    return value == nullptr ? std::nullopt : std::optional(value->as_bool());
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

}  // namespace

json::value to_json(const std::string& text) { return json::string(text); }

json::object to_json(const instance_key& key) {
    return {{"component", key.component}, {"type", key.type}, {"id", key.external_id}};
}

json::object to_json(const membership_key& key) {
    return {{"instance", to_json(key.instance)}, {"user", key.user}, {"reference", key.reference}};
}

json::object to_json(const directory::picture& picture) {
    return {{"digest", picture.digest}, {"content", text::to_base64(picture.content.bytes)}};
}

json::object to_json(const user_record& user) {
    json::object fields;
    for (const auto& [name, text] : user.fields) fields[name] = text;
    json::object result{{"id", user.external_id},
                        {"username", user.username},
                        {"given_name", user.given_name},
                        {"family_name", user.family_name},
                        {"display_name", user.display_name},
                        {"email", user.email},
                        {"status", directory::to_string(user.status)},
                        {"fields", std::move(fields)}};
    if (!user.merged_into.empty()) result["merged_into"] = user.merged_into;
    if (user.picture) result["picture"] = *user.picture;
    return result;
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
    if (instance.group_rooms) result["group_rooms"] = *instance.group_rooms;
    return result;
}

json::object to_json(const membership_record& membership) {
    json::object result{{"key", to_json(membership.key)},
                        {"role", membership.role},
                        {"room_role", directory::to_string(membership.room_role)},
                        {"status", directory::to_string(membership.status)}};
    if (membership.begins) result["begins"] = *membership.begins;
    if (membership.ends) result["ends"] = *membership.ends;
    if (membership.all_groups) result["all_groups"] = *membership.all_groups;
    return result;
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
    into.merged_into = optional_text(value.as_object(), "merged_into").value_or("");
    into.picture = optional_text(value.as_object(), "picture");
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
    into.group_rooms = optional_bool(object, "group_rooms");
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
    into.all_groups = optional_bool(object, "all_groups");
}

}  // namespace commhost::roster
