#include "directory/moved.hpp"

#include "directory/application.hpp"

namespace commhost::directory {

namespace {

std::string rows_table(store::connection& sql, std::initializer_list<std::pair<std::string_view, column>> columns) {
    return json_rows::table(sql.dialect(), ":rows", columns) + " r";
}

void moved_users(store::connection& sql, std::span<const std::string> users, store::milliseconds_utc at,
                 std::vector<std::string>& found) {
    in_chunks(users, [&](auto chunk) {
        json_rows rows;
        for (const auto& user : chunk) rows.add(user);
        for (auto& [name] :
             sql.query<std::string>("select r.external_id from " + rows_table(sql, {{"external_id", column::text}}) +
                                        " left join directory_user u on u.external_id = r.external_id "
                                        "where u.id is null or u.changed > :at order by r.ordinal",
                                    {{"rows", rows.json()}, {"at", at}}))
            found.push_back(std::move(name));
    });
}

void moved_instances(store::connection& sql, std::span<const instance_key> instances, store::milliseconds_utc at,
                     std::vector<std::string>& found) {
    in_chunks(instances, [&](auto chunk) {
        json_rows rows;
        for (const auto& key : chunk) rows.add(key.component, key.type, key.external_id);
        for (auto& [component, type, external_id] : sql.query<std::string, std::string, std::string>(
                 "select r.component, r.type, r.external_id from " +
                     rows_table(sql,
                                {{"component", column::text}, {"type", column::text}, {"external_id", column::text}}) +
                     R"( left join directory_instance i on i.component = r.component and i.type = r.type
                                                        and i.external_id = r.external_id
                         where i.id is null or i.changed > :at order by r.ordinal)",
                 {{"rows", rows.json()}, {"at", at}}))
            found.push_back(name_of(instance_key{std::move(component), std::move(type), std::move(external_id)}));
    });
}

/// there: whether the memberships are to be there, unchanged since, or still to be gone.
void moved_memberships(store::connection& sql, std::span<const membership_key> memberships, bool there,
                       const std::string& source, store::milliseconds_utc at, std::vector<std::string>& found) {
    in_chunks(memberships, [&](auto chunk) {
        json_rows rows;
        for (const auto& [instance, user, reference] : chunk)
            rows.add(instance.component, instance.type, instance.external_id, user, reference);
        const auto joined = "select r.component, r.type, r.external_id, r.person from " +
                            rows_table(sql, {{"component", column::text},
                                             {"type", column::text},
                                             {"external_id", column::text},
                                             {"person", column::text},
                                             {"reference", column::text}}) +
                            R"( left join directory_instance i on i.component = r.component and i.type = r.type
                                                               and i.external_id = r.external_id
                                left join directory_user u on u.external_id = r.person
                                left join directory_membership m on m.instance_id = i.id and m.user_id = u.id
                                                                 and m.source = :source and m.reference = r.reference
                                where )";
        using names = std::vector<std::tuple<std::string, std::string, std::string, std::string>>;
        const auto moved = [&]() -> names {
            if (there)
                return sql.query<std::string, std::string, std::string, std::string>(
                    joined + "m.id is null or m.changed > :at order by r.ordinal",
                    {{"rows", rows.json()}, {"source", source}, {"at", at}});
            return sql.query<std::string, std::string, std::string, std::string>(
                joined + "m.id is not null order by r.ordinal", {{"rows", rows.json()}, {"source", source}});
        };
        for (auto& [component, type, external_id, person] : moved())
            found.push_back(person + " in " +
                            name_of(instance_key{std::move(component), std::move(type), std::move(external_id)}));
    });
}

template <class Record, class Key>
std::vector<Key> keys_of(const std::vector<Record>& records, Key Record::*key) {
    std::vector<Key> keys;
    keys.reserve(records.size());
    for (const auto& record : records) keys.push_back(record.*key);
    return keys;
}

}  // namespace

std::vector<std::string> moved_since(store::connection& sql, const change_set& back, store::milliseconds_utc at) {
    std::vector<std::string> found;
    moved_users(sql, keys_of(back.users.updated, &user_record::external_id), at, found);
    moved_users(sql, back.users.deleted, at, found);
    moved_instances(sql, keys_of(back.instances.updated, &instance_record::key), at, found);
    moved_instances(sql, back.instances.deleted, at, found);
    const auto& memberships = back.memberships;
    moved_memberships(sql, keys_of(memberships.updated, &membership_record::key), true, back.source, at, found);
    moved_memberships(sql, memberships.deleted, true, back.source, at, found);
    moved_memberships(sql, keys_of(memberships.inserted, &membership_record::key), false, back.source, at, found);
    return found;
}

}  // namespace commhost::directory
