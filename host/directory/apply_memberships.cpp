#include "directory/application.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"

namespace commhost::directory {

void application::put_memberships(const std::vector<membership_record>& memberships) {
    in_chunks(memberships, [&](auto chunk) {
        json_rows rows;
        for (const auto& [key, role, room_role, begins, ends, status, all_groups] : chunk)
            rows.add(key.instance.component, key.instance.type, key.instance.external_id, key.user, key.reference, role,
                     room_role, begins, ends, status, all_groups);
        const auto put = sql_.query<instance_id>(
            "insert into directory_membership (instance_id, user_id, source, reference, role, room_role, begins, ends, "
            "status, all_groups, changed) select i.id, u.id, :source, r.reference, r.role, r.room_role, r.begins, "
            "r.ends, "
            "r.status, r.all_groups, :now from " +
                table({{"component", column::text},
                       {"type", column::text},
                       {"external_id", column::text},
                       {"person", column::text},
                       {"reference", column::text},
                       {"role", column::text},
                       {"room_role", column::integer},
                       {"begins", column::integer},
                       {"ends", column::integer},
                       {"status", column::integer},
                       {"all_groups", column::integer}}) +
                R"( join directory_instance i on i.component = r.component and i.type = r.type
                                             and i.external_id = r.external_id
                    join directory_user u on u.external_id = r.person
                    where true
                    on conflict (instance_id, user_id, source, reference) do update
                       set role = excluded.role, room_role = excluded.room_role, begins = excluded.begins,
                           ends = excluded.ends, status = excluded.status,
                           all_groups = excluded.all_groups, changed = excluded.changed
                    returning instance_id)",
            {{"source", source_}, {"now", now_}, {"rows", rows.json()}});
        if (put.size() != rows.size())
            throw message::error(DIRECTORY_REFERENCE, {{"what", message::phrase("reference_membership")}});
        instances_.add(put);
    });
}

void application::delete_memberships(const std::vector<membership_key>& memberships) {
    in_chunks(memberships, [&](auto chunk) {
        json_rows rows;
        for (const auto& [instance, user, reference] : chunk)
            rows.add(instance.component, instance.type, instance.external_id, user, reference);
        instances_.add(
            sql_.query<instance_id>("delete from directory_membership where id in (select m.id from " +
                                        table({{"component", column::text},
                                               {"type", column::text},
                                               {"external_id", column::text},
                                               {"person", column::text},
                                               {"reference", column::text}}) +
                                        R"( join directory_instance i on i.component = r.component and i.type = r.type
                                             and i.external_id = r.external_id
                    join directory_user u on u.external_id = r.person
                    join directory_membership m on m.instance_id = i.id and m.user_id = u.id and m.source = :source
                                               and m.reference = r.reference)
                    returning instance_id)",
                                    {{"source", source_}, {"rows", rows.json()}}));
    });
}

void application::mark(const std::vector<absence_of<membership_key>>& memberships) {
    in_chunks(memberships, [&](auto chunk) {
        json_rows rows;
        for (const auto& [key, absence] : chunk)
            rows.add(key.instance.component, key.instance.type, key.instance.external_id, key.user, key.reference,
                     absence.reads, absence.since);
        sql_.execute("update directory_membership set absent_reads = r.reads, absent_since = r.since from " +
                         table({{"component", column::text},
                                {"type", column::text},
                                {"external_id", column::text},
                                {"person", column::text},
                                {"reference", column::text},
                                {"reads", column::integer},
                                {"since", column::integer}}) +
                         R"( join directory_instance i on i.component = r.component and i.type = r.type
                                              and i.external_id = r.external_id
                 join directory_user u on u.external_id = r.person
                where directory_membership.instance_id = i.id and directory_membership.user_id = u.id
                  and directory_membership.source = :source and directory_membership.reference = r.reference)",
                     {{"source", source_}, {"rows", rows.json()}});
    });
}

}  // namespace commhost::directory
