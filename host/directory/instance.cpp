#include "directory/instance.hpp"

#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"
#include "store/json_rows.hpp"

#include <initializer_list>
#include <string>
#include <utility>

namespace commhost::directory {

namespace {

std::vector<instance> select_instances(store::connection& sql, const std::string& which,
                                       std::initializer_list<store::parameter> with) {
    std::vector<instance> found;
    for (auto& [id, component, type, external_id, parent, name, topic, status, provider, settings, picture,
                group_rooms] :
         sql.query<instance_id, std::string, std::string, std::string, std::optional<instance_id>, std::string,
                   std::string, instance_status, std::string, std::string, std::string, bool>(
             "select i.id, i.component, i.type, i.external_id, i.parent_id, i.name, i.topic, i.status, i.provider, "
             "i.settings, i.picture, i.group_rooms from directory_instance i " +
                 which,
             with))
        found.push_back({id,
                         {std::move(component), std::move(type), std::move(external_id)},
                         parent,
                         std::move(name),
                         std::move(topic),
                         status,
                         std::move(provider),
                         std::move(settings),
                         std::move(picture),
                         group_rooms});
    return found;
}

std::optional<instance> first_of(std::vector<instance> found) {
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

template <class Value>
void set_field(store::connection& sql, const std::string& field, instance_id id, Value value,
               store::milliseconds_utc now) {
    move_revision(sql);
    const auto changed =
        sql.execute("update directory_instance set " + field + " = :value, changed = :now where id = :id",
                    {{"value", value}, {"now", now}, {"id", id}});
    if (changed == 0)
        throw message::error(DIRECTORY_INSTANCE, {{"instance", std::to_string(static_cast<std::int64_t>(id))}});
}

}  // namespace

std::string name_of(const instance_key& key) { return key.component + "/" + key.type + "/" + key.external_id; }

std::string_view to_string(instance_status status) {
    switch (status) {
        case instance_status::active: return "active";
        case instance_status::hidden: return "hidden";
        case instance_status::deleted: return "deleted";
    }
    return "?";
}

std::optional<instance> find_instance(store::connection& sql, instance_id id) {
    return first_of(select_instances(sql, "where i.id = :id", {{"id", id}}));
}

std::optional<instance> find_instance(store::connection& sql, const instance_key& key) {
    return first_of(
        select_instances(sql, "where i.component = :component and i.type = :type and i.external_id = :external_id",
                         {{"component", key.component}, {"type", key.type}, {"external_id", key.external_id}}));
}

std::vector<instance> find_instances(store::connection& sql, std::span<const instance_id> ids) {
    store::json_rows rows;
    for (const auto id : ids) rows.add(id);
    return select_instances(sql,
                            "where i.id in (select r.id from " +
                                store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}}) +
                                " r) order by i.id",
                            {{"rows", rows.json()}});
}

std::optional<instance> find_course(store::connection& sql, instance_id group) {
    return first_of(select_instances(
        sql, "join directory_instance g on g.parent_id = i.id where g.id = :group and i.group_rooms = 1",
        {{"group", group}}));
}

std::vector<instance_id> groups_with_rooms(store::connection& sql, std::span<const instance_id> of) {
    store::json_rows rows;
    for (const auto id : of) rows.add(id);
    std::vector<instance_id> groups;
    for (const auto& [id] : sql.query<instance_id>(
             "select g.id from " + store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}}) +
                 " r join directory_instance c on c.id = r.id and c.group_rooms = 1 "
                 "join directory_instance g on g.parent_id = c.id order by g.id",
             {{"rows", rows.json()}}))
        groups.push_back(id);
    return groups;
}

std::vector<instance> instances_called(store::connection& sql, std::string_view what) {
    return select_instances(
        sql,
        "where i.external_id = :what or i.component || '/' || i.type || '/' || i.external_id = :what "
        "order by i.component, i.type, i.external_id",
        {{"what", what}});
}

std::vector<instance> list_instances(store::connection& sql) {
    return select_instances(sql, "order by i.component, i.type, i.external_id", {});
}

void set_provider(store::connection& sql, instance_id id, std::string_view provider, store::milliseconds_utc now) {
    set_field(sql, "provider", id, provider, now);
}

void set_settings(store::connection& sql, instance_id id, std::string_view settings, store::milliseconds_utc now) {
    set_field(sql, "settings", id, settings, now);
}

std::vector<instance_id> set_group_rooms(store::connection& sql, instance_id id, bool group_rooms,
                                         store::milliseconds_utc now) {
    set_field(sql, "group_rooms", id, group_rooms, now);
    std::vector<instance_id> concerned;
    for (const auto& [each] : sql.query<instance_id>(
             "select id from directory_instance where id = :id or parent_id = :id order by id", {{"id", id}}))
        concerned.push_back(each);
    return concerned;
}

}  // namespace commhost::directory
