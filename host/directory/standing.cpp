#include "directory/standing.hpp"

#include "directory/membership.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

namespace commhost::directory {

namespace {

/// Each person once in each instance, with what any of their memberships says.
void put_together(std::vector<standing_member>& members) {
    const auto key = [](const standing_member& each) { return std::tie(each.instance, each.user); };
    std::sort(members.begin(), members.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    std::size_t last = 0;
    for (std::size_t index = 1; index < members.size(); ++index) {
        const auto& next = members[index];
        if (key(next) != key(members[last])) {
            members[++last] = next;
            continue;
        }
        members[last].elsewhere |= next.elsewhere;
        members[last].all_groups_elsewhere |= next.all_groups_elsewhere;
        members[last].elsewhere_by_name |= next.elsewhere_by_name;
    }
    if (!members.empty()) members.erase(members.begin() + static_cast<std::ptrdiff_t>(last) + 1, members.end());
}

}  // namespace

std::vector<standing_member> standing_members(store::connection& sql, std::string_view source,
                                              store::milliseconds_utc at) {
    std::vector<standing_member> members;
    // Neither grouped nor sorted by the database: SQLite would write all of it into a temporary table first.
    for (const auto& [instance, user, elsewhere, all_groups, by_name] :
         sql.query<instance_id, user_id, bool, bool, bool>(
             R"(select m.instance_id, coalesce(p.merged_into, p.id), case when m.source = :source then 0 else 1 end,
                       coalesce(m.all_groups, case when m.room_role > 0 then 1 else 0 end),
                       case when p.merged_into is null then 1 else 0 end
                  from directory_membership m
                  join directory_instance i on i.id = m.instance_id
                  join directory_user p on p.id = m.user_id
                  left join directory_user u on u.id = p.merged_into
                 where m.status = 0 and coalesce(u.status, p.status) = 0 and i.status = 0
                   and (m.begins is null or m.begins <= :at) and (m.ends is null or m.ends > :at))",
             {{"source", source}, {"at", at}}))
        members.push_back({instance, user, elsewhere, elsewhere && all_groups, elsewhere && by_name});
    put_together(members);
    return members;
}

}  // namespace commhost::directory
