#include "directory/standing.hpp"

#include "directory/membership.hpp"

namespace commhost::directory {

std::vector<standing_member> standing_members(store::connection& sql, std::string_view source,
                                              store::milliseconds_utc at) {
    std::vector<standing_member> members;
    for (const auto& [instance, user, elsewhere, all_groups_elsewhere, by_name] :
         sql.query<instance_id, user_id, bool, bool, bool>(
             R"(select m.instance_id, u.id, max(case when m.source = :source then 0 else 1 end),
                       max(case when m.source = :source then 0 else
                           coalesce(m.all_groups, case when m.room_role > 0 then 1 else 0 end) end),
                       max(case when m.source = :source or p.merged_into is not null then 0 else 1 end)
                  from directory_membership m
                  join directory_user p on p.id = m.user_id
                  join directory_user u on u.id = coalesce(p.merged_into, p.id)
                  join directory_instance i on i.id = m.instance_id
                 where m.status = 0 and u.status = 0 and i.status = 0
                   and (m.begins is null or m.begins <= :at) and (m.ends is null or m.ends > :at)
                 group by m.instance_id, u.id
                 order by m.instance_id, u.id)",
             {{"source", source}, {"at", at}}))
        members.push_back({instance, user, elsewhere, all_groups_elsewhere, by_name});
    return members;
}

}  // namespace commhost::directory
