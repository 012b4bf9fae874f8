#include "taking_over.hpp"

#include "account_rule.hpp"
#include "own_power.hpp"

#include <core_communication/provider_error.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::provider_error;

namespace {

/// What Synapse gives whom it makes admin of a room (rest/admin/rooms.py, MakeRoomAdminRestServlet): the level of the most powerful
/// account of this server that is in the room and listed, and 100 where that is a creator who is not listed.
std::int64_t level_to_get(const room_state& in, const configuration& site) {
    constexpr std::int64_t from_creator = 100;
    std::int64_t most = in.levels.users_default();
    for (const auto& [account, how] : in.members) {
        if (how != membership::join || !is_local(account, site)) continue;
        if (in.levels.is_creator(account)) return from_creator;
        if (in.levels.lists(account)) most = std::max(most, in.levels.of(account));
    }
    return most;
}

}  // namespace

room_state take_over(client& server, remote_room& remote, const configuration& site, const std::string& id,
                     const room_state& found) {
    const auto own_account = remote.own_account();
    if (found.has_joined(own_account) && reason_not_ours(found, own_account, site.levels).empty()) return found;
    if (const auto gone = found.absent.find(own_account);
        gone != found.absent.end() && gone->second == core_communication::presence::banned)
        throw provider_error(failure::conflict, own_account + " is banned from the room " + id);
    const auto needed = needed_level(found.levels, site.levels);
    const bool has_power = found.levels.of(own_account) >= needed;
    const bool comes_in = found.is_public || found.has(own_account);
    if (const auto to_get = level_to_get(found, site); !(has_power && comes_in) && to_get < needed)
        throw provider_error(failure::conflict,
                             own_account + (has_power ? " needs to be invited again by somebody with" : " needs") +
                                 " power level " + std::to_string(needed) + " in the room " + id +
                                 ", and of those of " + site.server_name + " who are in it nobody has more than " +
                                 std::to_string(to_get) + "; " +
                                 (has_power ? "have it invited there" : "give somebody there that level"));
    // Also where only our membership is lacking and the room is not open: whoever is made admin is invited.
    if (!(has_power && comes_in)) server.make_room_admin(id, own_account);
    if (!found.has_joined(own_account)) server.join(id);
    auto state = remote.read(id);
    if (const auto why = reason_not_ours(state, own_account, site.levels); !state || !why.empty())
        throw provider_error(failure::conflict, "the room " + id + " could not be taken over: " + why);
    return *std::move(state);
}

std::string server_of(const std::string& account) {
    const auto colon = account.find(':');
    return colon == std::string::npos ? "an unknown server" : account.substr(colon + 1);
}

}  // namespace communication_matrix
