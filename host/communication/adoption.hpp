#pragma once

#include "communication/difference.hpp"
#include "directory/instance.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/member.hpp>

#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// The source of the memberships of those whom somebody put into a room by hand, on the server (unlisted_policy::adopt). No
/// roster's source begins with "@".
inline constexpr std::string_view adopted_source = "@adopted";

/// Who is suspended or deleted is adopted by no room: those are moved from `adopt` to `remove`. One statement at most.
void turn_away_suspended(store::connection& on, difference& found);

/// Who is wanted once the difference's adoptions are made and taken back.
std::vector<core_communication::member> wanted_after(std::span<const core_communication::member> wanted,
                                                     const difference& found);

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
