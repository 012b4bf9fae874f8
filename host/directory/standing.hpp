#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <compare>
#include <string_view>
#include <vector>

namespace commhost::directory {

/// Somebody who is to be in an instance's room at a time: an active person with an active membership within its dates, of
/// an instance that is neither hidden nor deleted.
struct standing_member {
    instance_id instance{};
    user_id user{};
    bool elsewhere = false;  ///< Another source than the one that asks says so, too.

    friend auto operator<=>(const standing_member&, const standing_member&) = default;
};

/// Everybody who is in a room at that time, whatever the source, each once, by instance and user. One statement.
std::vector<standing_member> standing_members(store::connection& sql, std::string_view source,
                                              store::milliseconds_utc at);

}  // namespace commhost::directory
