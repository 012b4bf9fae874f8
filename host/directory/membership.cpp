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

std::vector<instance_id> instances_with_dates(store::connection& sql, store::milliseconds_utc after,
                                              store::milliseconds_utc until) {
    std::vector<instance_id> found;
    for (const auto& [id] : sql.query<instance_id>(
             R"(select instance_id from directory_membership
                 where status = 0 and begins > :after and begins <= :until
                union
                select instance_id from directory_membership
                 where status = 0 and ends > :after and ends <= :until
                order by 1)",
             {{"after", after}, {"until", until}}))
        found.push_back(id);
    return found;
}

}  // namespace commhost::directory
