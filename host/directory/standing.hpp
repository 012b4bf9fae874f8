#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <compare>
#include <string_view>
#include <vector>

namespace commhost::directory {

/// A member of an instance at a time: an active person with an active membership within its dates, of an instance that is
/// neither hidden nor deleted. Whoever has been merged into somebody else is not: that other person is, in their place.
struct standing_member {
    instance_id instance{};
    user_id user{};
    bool elsewhere = false;             ///< Another source than the one that asks says so, too.
    bool all_groups_elsewhere = false;  ///< And that the person is entitled to all groups.
    bool elsewhere_by_name = false;     ///< And says it of this person, not only of somebody who is merged into them.

    friend auto operator<=>(const standing_member&, const standing_member&) = default;
};

/// Every member at that time, whatever the source, each once, by instance and user. A member is in the instance's room, but for
/// instances whose groups have the rooms (room_membership.hpp). One statement.
std::vector<standing_member> standing_members(store::connection& sql, std::string_view source,
                                              store::milliseconds_utc at);

}  // namespace commhost::directory
