#include "own_power.hpp"

#include <algorithm>

namespace communication_matrix {

std::int64_t needed_level(const power_levels& in, const role_levels& levels) {
    return std::max({levels.owner + 1, in.needed_to("invite"), in.needed_to("kick"),
                     in.needed_to_set("m.room.power_levels"), in.needed_to_set("m.room.name"),
                     in.needed_to_set("m.room.topic"), in.needed_to_set("m.room.avatar")});
}

std::string reason_not_ours(const std::optional<room_state>& state, const std::string& own_account,
                            const role_levels& levels) {
    if (!state) return own_account + " is not in it";
    const auto needed = needed_level(state->levels, levels);
    if (state->levels.of(own_account) >= needed) return "";
    return own_account + " has power level " + std::to_string(state->levels.of(own_account)) + " there and needs " +
           std::to_string(needed);
}

}  // namespace communication_matrix
