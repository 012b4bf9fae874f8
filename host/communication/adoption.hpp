#pragma once

#include "directory/instance.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/member.hpp>

#include <set>
#include <span>
#include <string_view>

namespace commhost::communication {

/// The source of the memberships of those whom somebody put into a room by hand, on the server (unlisted_policy::adopt). No
/// roster's source begins with "@".
inline constexpr std::string_view adopted_source = "@adopted";

/// Makes them members of the instance; who is one already by hand gets the role.
void adopt(store::connection& on, directory::instance_id instance, std::span<const core_communication::member> members,
           store::milliseconds_utc now);

/// Takes that back.
void release(store::connection& on, directory::instance_id instance, std::span<const core_communication::user_id> users,
             store::milliseconds_utc now);

/// Who is a member of the instance at that time by adoption alone.
std::set<core_communication::user_id> adopted_alone(store::connection& on, directory::instance_id instance,
                                                    store::milliseconds_utc at);

}  // namespace commhost::communication
