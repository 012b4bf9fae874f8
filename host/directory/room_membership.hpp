#pragma once

#include <string_view>

namespace commhost::directory {

/// A table expression for whom memberships put into which instance's room: columns instance_id, user_id, source, role,
/// room_role, begins, ends and status. As directory_membership, but for two things:
///
/// Of an instance whose groups have the rooms nobody is in its own one; who is entitled to all groups
/// (entitles_to_all_groups) is in that of each group, whose own members are in it in any case.
///
/// Who has been merged into somebody else has no place: that other person has it.
///
/// Everything that asks who is to be in a room reads this. Databases push conditions on instance_id down into both halves.
inline constexpr std::string_view room_memberships = R"((
    select m.instance_id, coalesce(p.merged_into, m.user_id) as user_id, m.source, m.role, m.room_role, m.begins,
           m.ends, m.status
      from directory_membership m
      join directory_instance i on i.id = m.instance_id and i.group_rooms = 0
      join directory_user p on p.id = m.user_id
    union all
    select g.id as instance_id, coalesce(p.merged_into, m.user_id) as user_id, m.source, m.role, m.room_role, m.begins,
           m.ends, m.status
      from directory_instance g
      join directory_instance c on c.id = g.parent_id and c.group_rooms = 1
      join directory_membership m on m.instance_id = c.id
      join directory_user p on p.id = m.user_id
     where coalesce(m.all_groups, case when m.room_role > 0 then 1 else 0 end) = 1
))";

}  // namespace commhost::directory
