#include "directory/application.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"

namespace commhost::directory {

void application::put_instances(const std::vector<instance_record>& instances) {
    in_chunks(instances, [&](auto chunk) {
        json_rows rows;
        json_rows keys;
        for (const auto& [key, parent, name, topic, status, provider, settings, picture, group_rooms] : chunk) {
            rows.add(key.component, key.type, key.external_id, name, topic, status, provider, settings, picture,
                     group_rooms);
            keys.add(key.component, key.type, key.external_id);
        }
        // Inserted empty first: what the source does not say keeps its value only in an update.
        sql_.execute("insert into directory_instance (component, type, external_id, name, topic, status, provider, "
                     "settings, source, changed) select r.component, r.type, r.external_id, '', '', 0, '', '{}', "
                     ":source, :now from " +
                         instance_keys() + " where true on conflict do nothing",
                     {{"source", source_}, {"now", now_}, {"rows", keys.json()}});
        note_moved_rooms(chunk);
        instances_.add(sql_.query<instance_id>(
            R"(update directory_instance
                  set name = r.name, topic = r.topic, status = r.status, parent_id = null,
                      provider = coalesce(r.provider, directory_instance.provider),
                      settings = coalesce(r.settings, directory_instance.settings),
                      picture = coalesce(r.picture, directory_instance.picture),
                      group_rooms = coalesce(r.group_rooms, directory_instance.group_rooms), source = :source, changed = :now
                 from )" +
                table({{"component", column::text},
                       {"type", column::text},
                       {"external_id", column::text},
                       {"name", column::text},
                       {"topic", column::text},
                       {"status", column::integer},
                       {"provider", column::text},
                       {"settings", column::text},
                       {"picture", column::text},
                       {"group_rooms", column::integer}}) +
                R"( where directory_instance.component = r.component and directory_instance.type = r.type
                      and directory_instance.external_id = r.external_id
                    returning directory_instance.id)",
            {{"source", source_}, {"now", now_}, {"rows", rows.json()}}));
        claim(instance_kind, instance_keys(), keys.json());
    });
    // A group may come before its course.
    in_chunks(instances, [&](auto chunk) { set_parents(chunk); });
}

/// Before the update: it makes another room of each of their groups' rooms.
void application::note_moved_rooms(std::span<const instance_record> instances) {
    json_rows rows;
    for (const auto& [key, parent, name, topic, status, provider, settings, picture, group_rooms] : instances)
        if (group_rooms) rows.add(key.component, key.type, key.external_id, group_rooms);
    if (rows.empty()) return;
    moved_rooms_.add(sql_.query<instance_id>("select i.id from " +
                                                 table({{"component", column::text},
                                                        {"type", column::text},
                                                        {"external_id", column::text},
                                                        {"group_rooms", column::integer}}) +
                                                 R"( join directory_instance i on i.component = r.component
                    and i.type = r.type and i.external_id = r.external_id and i.group_rooms <> r.group_rooms)",
                                             {{"rows", rows.json()}}));
}

void application::set_parents(std::span<const instance_record> instances) {
    json_rows rows;
    for (const auto& instance : instances)
        if (const auto& parent = instance.parent)
            rows.add(instance.key.component, instance.key.type, instance.key.external_id, parent->component,
                     parent->type, parent->external_id);
    if (rows.empty()) return;
    const auto set =
        sql_.execute("update directory_instance set parent_id = p.id from " +
                         table({{"component", column::text},
                                {"type", column::text},
                                {"external_id", column::text},
                                {"parent_component", column::text},
                                {"parent_type", column::text},
                                {"parent_id", column::text}}) +
                         R"( join directory_instance p on p.component = r.parent_component and p.type = r.parent_type
                                         and p.external_id = r.parent_id
                where directory_instance.component = r.component and directory_instance.type = r.type
                  and directory_instance.external_id = r.external_id)",
                     {{"rows", rows.json()}});
    if (static_cast<std::size_t>(set) != rows.size())
        throw message::error(DIRECTORY_REFERENCE, {{"what", message::phrase("reference_parent")}});
}

}  // namespace commhost::directory
