#include "roster/audit_fields.hpp"

#include "text/time.hpp"

#include <optional>
#include <utility>

namespace commhost::roster {

namespace json = boost::json;

namespace {

json::value date(const std::optional<store::milliseconds_utc>& when) {
    return when ? json::value(text::utc(*when)) : json::value(nullptr);
}

}  // namespace

json::object audit_fields(const directory::user_record& of) {
    json::object fields{
        {"username", of.username},         {"given_name", of.given_name}, {"family_name", of.family_name},
        {"display_name", of.display_name}, {"email", of.email},           {"status", directory::to_string(of.status)}};
    for (const auto& [name, text] : of.fields) fields["fields." + name] = text;
    if (!of.merged_into.empty()) fields["merged_into"] = of.merged_into;
    if (of.picture && !of.picture->empty()) fields["picture"] = *of.picture;
    return fields;
}

json::object audit_fields(const directory::instance& of) {
    return {{"name", of.name},         {"topic", of.topic},     {"status", directory::to_string(of.status)},
            {"provider", of.provider}, {"picture", of.picture}, {"group_rooms", of.group_rooms}};
}

json::object audit_fields(const directory::membership_record& of) {
    json::object fields{{"role", of.role},
                        {"room_role", directory::to_string(of.room_role)},
                        {"begins", date(of.begins)},
                        {"ends", date(of.ends)},
                        {"status", directory::to_string(of.status)}};
    if (of.all_groups) fields["all_groups"] = *of.all_groups;
    if (!of.key.reference.empty()) fields["reference"] = of.key.reference;
    return fields;
}

void keep_what_differs(json::object& before, json::object& after) {
    json::object was;
    json::object is;
    for (const auto& [name, value] : before) {
        const auto* other = after.if_contains(name);
        if (other == nullptr || *other != value) was[name] = value;
    }
    for (const auto& [name, value] : after) {
        const auto* other = before.if_contains(name);
        if (other == nullptr || *other != value) is[name] = value;
    }
    before = std::move(was);
    after = std::move(is);
}

}  // namespace commhost::roster
