#include "directory/membership.hpp"

#include "directory/room_membership.hpp"

#include <string>
#include <utility>

namespace commhost::directory {

std::string_view to_string(room_role role) {
    switch (role) {
        case room_role::member: return "member";
        case room_role::moderator: return "moderator";
        case room_role::owner: return "owner";
    }
    return "?";
}

std::string_view to_string(membership_status status) {
    switch (status) {
        case membership_status::active: return "active";
        case membership_status::suspended: return "suspended";
    }
    return "?";
}

std::vector<core_communication::member> effective_members(store::connection& sql, instance_id instance,
                                                          store::milliseconds_utc at) {
    std::vector<core_communication::member> members;
    for (const auto& [user, role] :
         sql.query<user_id, room_role>("select m.user_id, max(m.room_role) from " + std::string(room_memberships) +
                                           R"( m join directory_user u on u.id = m.user_id
                 where m.instance_id = :instance and m.status = 0 and u.status = 0
                   and (m.begins is null or m.begins <= :at) and (m.ends is null or m.ends > :at)
                 group by m.user_id
                 order by m.user_id)",
                                       {{"instance", instance}, {"at", at}}))
        members.push_back({user, role});
    return members;
}

std::vector<std::pair<instance_id, user_id>> all_effective_members(store::connection& sql, store::milliseconds_utc at) {
    std::vector<std::pair<instance_id, user_id>> members;
    for (const auto& [instance, user] : sql.query<instance_id, user_id>(
             "select distinct m.instance_id, m.user_id from " + std::string(room_memberships) +
                 R"( m join directory_user u on u.id = m.user_id
                  join directory_instance i on i.id = m.instance_id
                 where m.status = 0 and u.status = 0 and i.status = 0
                   and (m.begins is null or m.begins <= :at) and (m.ends is null or m.ends > :at)
                 order by m.instance_id, m.user_id)",
             {{"at", at}}))
        members.emplace_back(instance, user);
    return members;
}

std::vector<user_id> members_by_one_source(store::connection& sql, instance_id instance, std::string_view source,
                                           store::milliseconds_utc at) {
    std::vector<user_id> users;
    for (const auto& [user] : sql.query<user_id>("select m.user_id from " + std::string(room_memberships) +
                                                     R"( m join directory_user u on u.id = m.user_id
                 where m.instance_id = :instance and m.status = 0 and u.status = 0
                   and (m.begins is null or m.begins <= :at) and (m.ends is null or m.ends > :at)
                 group by m.user_id
                having min(m.source) = :source and max(m.source) = :source
                 order by m.user_id)",
                                                 {{"instance", instance}, {"at", at}, {"source", source}}))
        users.push_back(user);
    return users;
}

std::vector<membership> memberships_of(store::connection& sql, instance_id instance) {
    std::vector<membership> found;
    for (auto& [user, source, reference, role, room_role, begins, ends, status, all_groups] :
         sql.query<user_id, std::string, std::string, std::string, core_communication::room_role,
                   std::optional<store::milliseconds_utc>, std::optional<store::milliseconds_utc>, membership_status,
                   std::optional<bool>>(
             R"(select user_id, source, reference, role, room_role, begins, ends, status, all_groups
                  from directory_membership
                 where instance_id = :instance
                 order by user_id, source, reference)",
             {{"instance", instance}}))
        found.push_back({instance, user, std::move(source), std::move(reference), std::move(role), room_role, begins,
                         ends, status, all_groups});
    return found;
}

std::optional<store::milliseconds_utc> next_date(store::connection& sql, instance_id instance,
                                                 store::milliseconds_utc after) {
    return sql
        .scalar<std::optional<store::milliseconds_utc>>(
            "select min(case when m.begins > :after then m.begins else m.ends end) from " +
                std::string(room_memberships) +
                R"( m where m.instance_id = :instance and m.status = 0 and (m.begins > :after or m.ends > :after))",
            {{"instance", instance}, {"after", after}})
        .value_or(std::nullopt);
}

std::vector<user_id> members_without_group(store::connection& sql, instance_id instance, store::milliseconds_utc at) {
    std::vector<user_id> users;
    for (const auto& [user] : sql.query<user_id>(
             R"(select distinct u.id from directory_membership m
                  join directory_user p on p.id = m.user_id
                  join directory_user u on u.id = coalesce(p.merged_into, p.id) and u.status = 0
                 where m.instance_id = :instance and m.status = 0
                   and (m.begins is null or m.begins <= :at) and (m.ends is null or m.ends > :at)
                   and u.id not in (
                       select coalesce(q.merged_into, q.id) from directory_instance g
                         join directory_instance c on c.id = g.parent_id
                         join directory_membership o on o.instance_id = g.id
                           or (o.instance_id = g.parent_id
                               and coalesce(o.all_groups, case when o.room_role > 0 then 1 else 0 end) = 1)
                         join directory_user q on q.id = o.user_id
                        where g.parent_id = :instance and g.status = 0 and o.status = 0
                          and g.provider <> :none and (g.provider <> '' or c.provider <> :none)
                          and (o.begins is null or o.begins <= :at) and (o.ends is null or o.ends > :at))
                 order by u.id)",
             {{"instance", instance}, {"at", at}, {"none", no_provider}}))
        users.push_back(user);
    return users;
}

bool has_groups(store::connection& sql, instance_id instance) {
    return sql.scalar<std::int64_t>(
                  "select count(*) from directory_instance where parent_id = :instance and status <> 2",
                  {{"instance", instance}})
               .value_or(0) > 0;
}

}  // namespace commhost::directory
