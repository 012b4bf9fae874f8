#include "directory/named.hpp"

#include "store/json_rows.hpp"

#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

namespace commhost::directory {

namespace {

using store::column;
using store::json_rows;

constexpr std::size_t names_a_statement = 4000;

/// Calls add(rows, name) for each name and work(json) for each few thousand of them.
template <class Names, class Add, class Work>
void in_chunks(const Names& names, Add&& add, Work&& work) {
    json_rows rows;
    for (const auto& name : names) {
        add(rows, name);
        if (rows.size() < names_a_statement) continue;
        work(rows.json());
        rows = {};
    }
    if (!rows.empty()) work(rows.json());
}

}  // namespace

std::map<std::string, user, std::less<>> users_named(store::connection& sql,
                                                     const std::set<std::string>& external_ids) {
    std::map<std::string, user, std::less<>> found;
    const auto named = json_rows::table(sql.dialect(), ":rows", {{"external_id", column::text}});
    in_chunks(
        external_ids, [](json_rows& rows, const std::string& name) { rows.add(name); },
        [&](const std::string& rows) {
            for (auto& [id, external_id, username, given_name, family_name, display_name, email, status, fields,
                        picture, merged_into] :
                 sql.query<user_id, std::string, std::string, std::string, std::string, std::string, std::string,
                           user_status, std::string, std::string, std::optional<std::string>>(
                     "select u.id, u.external_id, u.username, u.given_name, u.family_name, u.display_name, u.email, "
                     "u.status, u.fields, u.picture, x.external_id from directory_user u "
                     "left join directory_user x on x.id = u.merged_into where u.external_id in (select r.external_id "
                     "from " +
                         named + " r)",
                     {{"rows", rows}})) {
                auto name = external_id;
                found.emplace(std::move(name),
                              user{id,
                                   {std::move(external_id), std::move(username), std::move(given_name),
                                    std::move(family_name), std::move(display_name), std::move(email), status,
                                    fields_in(fields), std::move(merged_into).value_or(""), std::move(picture)}});
            }
        });
    return found;
}

std::map<instance_key, instance> instances_named(store::connection& sql, const std::set<instance_key>& keys) {
    std::vector<instance_id> ids;
    const auto named = json_rows::table(
        sql.dialect(), ":rows", {{"component", column::text}, {"type", column::text}, {"external_id", column::text}});
    in_chunks(
        keys, [](json_rows& rows, const instance_key& key) { rows.add(key.component, key.type, key.external_id); },
        [&](const std::string& rows) {
            for (const auto& [id] : sql.query<instance_id>(
                     "select i.id from " + named +
                         " r join directory_instance i on i.component = r.component and i.type = r.type "
                         "and i.external_id = r.external_id",
                     {{"rows", rows}}))
                ids.push_back(id);
        });
    std::map<instance_key, instance> found;
    for (auto& each : find_instances(sql, ids)) {
        auto key = each.key;
        found.emplace(std::move(key), std::move(each));
    }
    return found;
}

std::map<membership_key, membership_record> memberships_named(store::connection& sql, std::string_view source,
                                                              const std::set<membership_key>& keys) {
    std::map<membership_key, membership_record> found;
    const auto named = json_rows::table(sql.dialect(), ":rows",
                                        {{"component", column::text},
                                         {"type", column::text},
                                         {"external_id", column::text},
                                         {"person", column::text},
                                         {"reference", column::text}});
    in_chunks(
        keys,
        [](json_rows& rows, const membership_key& key) {
            rows.add(key.instance.component, key.instance.type, key.instance.external_id, key.user, key.reference);
        },
        [&](const std::string& rows) {
            for (auto& [component, type, external_id, person, reference, role, room_role, begins, ends, status,
                        all_groups] :
                 sql.query<std::string, std::string, std::string, std::string, std::string, std::string,
                           core_communication::room_role, std::optional<store::milliseconds_utc>,
                           std::optional<store::milliseconds_utc>, membership_status, std::optional<bool>>(
                     "select i.component, i.type, i.external_id, u.external_id, m.reference, m.role, m.room_role, "
                     "m.begins, m.ends, m.status, m.all_groups from " +
                         named +
                         R"( r join directory_instance i on i.component = r.component and i.type = r.type
                                 and i.external_id = r.external_id
                         join directory_user u on u.external_id = r.person
                         join directory_membership m on m.instance_id = i.id and m.user_id = u.id
                                 and m.source = :source and m.reference = r.reference)",
                     {{"rows", rows}, {"source", source}})) {
                membership_key key{{std::move(component), std::move(type), std::move(external_id)},
                                   std::move(person),
                                   std::move(reference)};
                membership_record record{key, std::move(role), room_role, begins, ends, status, all_groups};
                found.emplace(std::move(key), std::move(record));
            }
        });
    return found;
}

}  // namespace commhost::directory
