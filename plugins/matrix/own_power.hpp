#pragma once

#include "power_levels.hpp"
#include "room_state.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace communication_matrix {

/// The level that our account needs for a room to be ours to look after.
std::int64_t needed_level(const power_levels& in, const role_levels& levels);

/// Why the room is none that we can look after; empty when it is. state: none where our account is not in it.
std::string reason_not_ours(const std::optional<room_state>& state, const std::string& own_account,
                            const role_levels& levels);

}  // namespace communication_matrix
