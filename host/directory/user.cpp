#include "directory/user.hpp"

#include "store/json_rows.hpp"
#include "text/sha256.hpp"

#include <boost/json.hpp>

#include <initializer_list>
#include <string>
#include <tuple>
#include <utility>

namespace commhost::directory {

namespace {

std::vector<user> select_users(store::connection& sql, const std::string& which,
                               std::initializer_list<store::parameter> with) {
    std::vector<user> found;
    for (auto& [id, external_id, username, given_name, family_name, display_name, email, status, fields, picture,
                merged_into] :
         sql.query<user_id, std::string, std::string, std::string, std::string, std::string, std::string, user_status,
                   std::string, std::string, std::optional<std::string>>(
             "select u.id, u.external_id, u.username, u.given_name, u.family_name, u.display_name, u.email, u.status, "
             "u.fields, u.picture, x.external_id from directory_user u left join directory_user x on x.id = "
             "u.merged_into " +
                 which + " order by u.id",
             with))
        found.push_back({id,
                         {std::move(external_id), std::move(username), std::move(given_name), std::move(family_name),
                          std::move(display_name), std::move(email), status, fields_in(fields),
                          std::move(merged_into).value_or(""), std::move(picture)}});
    return found;
}

std::optional<user> first_of(std::vector<user> found) {
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

}  // namespace

std::string_view to_string(user_status status) {
    switch (status) {
        case user_status::active: return "active";
        case user_status::suspended: return "suspended";
        case user_status::deleted: return "deleted";
    }
    return "?";
}

std::optional<user> find_user(store::connection& sql, user_id id) {
    return first_of(select_users(sql, "where u.id = :id", {{"id", id}}));
}

std::optional<user> find_user(store::connection& sql, std::string_view external_id) {
    return first_of(select_users(sql, "where u.external_id = :external_id", {{"external_id", external_id}}));
}

std::vector<user> find_users(store::connection& sql, std::span<const user_id> ids) {
    store::json_rows rows;
    for (const auto id : ids) rows.add(id);
    return select_users(sql,
                        "where u.id in (select r.id from " +
                            store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}}) + " r)",
                        {{"rows", rows.json()}});
}

bool is_stored(const user_record& said, const user_record& stored) {
    const auto words = [](const user_record& of) {
        return std::tie(of.external_id, of.username, of.given_name, of.family_name, of.display_name, of.email,
                        of.status, of.fields, of.merged_into);
    };
    return words(said) == words(stored) && (!said.picture || said.picture == stored.picture);
}

std::vector<core_communication::person> people(store::connection& sql, std::span<const user_id> ids) {
    std::vector<core_communication::person> found;
    for (auto& [id, record] : find_users(sql, ids))
        found.push_back({id, std::move(record.username), std::move(record.display_name), std::move(record.given_name),
                         std::move(record.family_name), std::move(record.email), std::move(record.fields)});
    return found;
}

std::string profile_of(const user_record& person) {
    std::string all;
    const auto add = [&](std::string_view text) {
        all += text;
        all += '\0';  // in no text of a roster
    };
    for (const auto* text :
         {&person.username, &person.given_name, &person.family_name, &person.display_name, &person.email})
        add(*text);
    for (const auto& [name, text] : person.fields) {
        add(name);
        add(text);
    }
    return text::sha256(all);
}

std::map<user_id, std::string> profiles(store::connection& sql, std::span<const user_id> ids) {
    store::json_rows rows;
    for (const auto id : ids) rows.add(id);
    std::map<user_id, std::string> found;
    for (auto& [id, profile] : sql.query<user_id, std::string>(
             "select u.id, u.profile || u.picture from directory_user u where u.id in (select r.id from " +
                 store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}}) + " r)",
             {{"rows", rows.json()}}))
        found.emplace(id, std::move(profile));
    return found;
}

std::map<user_id, std::string> picture_digests(store::connection& sql, std::span<const user_id> ids) {
    store::json_rows rows;
    for (const auto id : ids) rows.add(id);
    std::map<user_id, std::string> found;
    for (auto& [id, picture] : sql.query<user_id, std::string>(
             "select u.id, u.picture from directory_user u where u.picture <> '' and u.id in (select r.id from " +
                 store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}}) + " r)",
             {{"rows", rows.json()}}))
        found.emplace(id, std::move(picture));
    return found;
}

std::map<user_id, user_id> merged_among(store::connection& sql, std::span<const user_id> ids) {
    store::json_rows rows;
    for (const auto id : ids) rows.add(id);
    std::map<user_id, user_id> found;
    for (const auto& [id, other] : sql.query<user_id, user_id>(
             "select u.id, u.merged_into from directory_user u where u.merged_into is not null "
             "and u.id in (select r.id from " +
                 store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}}) + " r)",
             {{"rows", rows.json()}}))
        found.emplace(id, other);
    return found;
}

std::vector<user_id> merged_into(store::connection& sql, user_id person) {
    std::vector<user_id> found;
    for (const auto& [id] :
         sql.query<user_id>("select id from directory_user where merged_into = :user order by id", {{"user", person}}))
        found.push_back(id);
    return found;
}

std::string to_text(const profile_fields& fields) {
    boost::json::object object;
    for (const auto& [name, text] : fields) object[name] = text;
    return boost::json::serialize(object);
}

profile_fields fields_in(std::string_view text) {
    profile_fields fields;
    if (text == "{}") return fields;  // most have none
    const auto object = boost::json::parse(text);
    for (const auto& [name, content] : object.as_object()) fields.emplace(name, std::string_view(content.as_string()));
    return fields;
}

}  // namespace commhost::directory
