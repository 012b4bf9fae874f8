#include "adoption.hpp"

#include "account_rule.hpp"
#include "own_power.hpp"
#include "room_address.hpp"

#include <core_communication/provider_error.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::log_level;
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

/// Whose account it is, is nobody's to read in a log.
std::string server_of(const std::string& account) {
    const auto colon = account.find(':');
    return colon == std::string::npos ? "an unknown server" : account.substr(colon + 1);
}

}  // namespace

adoption::adoption(core_communication::processor& processor, client& server, const configuration& site,
                   remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote),
      alias_(alias_of(processor.room_key(), site.server_name)) {}

void adoption::adopt(std::string_view address) {
    const auto id = find(address);
    auto state = examine(id);
    const bool is_ours = is_marked(id);
    const auto own_account = remote_.own_account();
    const bool is_in = state.has_joined(own_account);
    if (!is_in || !reason_not_ours(state, own_account, site_.levels).empty()) state = take_over(id, state);
    if (!is_ours || remote_.id() != id) remote_.begin_adoption(id);
    if (!is_ours) mark(id);
    if (remote_.id() != id) remote_.forget();  // what was kept of another room
    remote_.remember(id, std::move(state));
    if (!is_ours) processor_.log().log(log_level::info, "adopted the room " + id);
}

std::string adoption::find(std::string_view address) {
    auto room = room_named_by(address);
    if (room.starts_with('!')) return room;
    if (auto id = server_.room_of(room)) return *std::move(id);
    throw provider_error(failure::invalid, "nobody uses the alias " + room);
}

room_state adoption::examine(const std::string& id) {
    const auto answer = server_.read_state_as_admin(id);
    if (!answer) throw provider_error(failure::invalid, "the server has no room " + id);
    auto state = parse_room_state(*answer);
    if (!is_local(state.creator, site_))
        throw provider_error(failure::invalid, "the room " + id + " was made on " + server_of(state.creator) +
                                                   ", and only those of " + site_.server_name + " can be adopted");
    if (!state.type.empty())
        throw provider_error(failure::invalid, id + " is no room for people: it is of the type " + state.type);
    if (state.replacement)
        throw provider_error(
            failure::invalid,
            "the room " + id + " was closed for good" +
                (state.replacement->empty() ? std::string() : ", and goes on as " + *state.replacement));
    return state;
}

bool adoption::is_marked(const std::string& id) {
    const auto aliases = server_.aliases_of(id);
    const bool is_ours = std::find(aliases.begin(), aliases.end(), alias_) != aliases.end();
    const auto other = std::find_if(aliases.begin(), aliases.end(), [&](const std::string& alias) {
        return alias != alias_ && is_alias_of_instance(alias);
    });
    if (other == aliases.end()) return is_ours;
    if (is_ours) server_.remove_alias(alias_);
    throw provider_error(failure::conflict, "the room " + id + " is that of another instance: it has the alias " +
                                                *other + "; if that is over, remove the alias on the server");
}

room_state adoption::take_over(const std::string& id, const room_state& found) {
    const auto own_account = remote_.own_account();
    if (const auto gone = found.absent.find(own_account);
        gone != found.absent.end() && gone->second == core_communication::presence::banned)
        throw provider_error(failure::conflict, own_account + " is banned from the room " + id);
    const auto needed = needed_level(found.levels, site_.levels);
    const bool has_power = found.levels.of(own_account) >= needed;
    const bool comes_in = found.is_public || found.has(own_account);
    if (const auto to_get = level_to_get(found, site_); !(has_power && comes_in) && to_get < needed)
        throw provider_error(failure::conflict,
                             own_account + (has_power ? " needs to be invited again by somebody with" : " needs") +
                                 " power level " + std::to_string(needed) + " in the room " + id +
                                 ", and of those of " + site_.server_name + " who are in it nobody has more than " +
                                 std::to_string(to_get) + "; " +
                                 (has_power ? "have it invited there" : "give somebody there that level"));
    // Also where only our membership is lacking and the room is not open: whoever is made admin is invited.
    if (!(has_power && comes_in)) server_.make_room_admin(id, own_account);
    if (!found.has_joined(own_account)) server_.join(id);
    auto state = remote_.read(id);
    if (const auto why = reason_not_ours(state, own_account, site_.levels); !state || !why.empty())
        throw provider_error(failure::conflict, "the room " + id + " could not be taken over: " + why);
    return *std::move(state);
}

void adoption::mark(const std::string& id) {
    if (const auto other = server_.room_of(alias_)) {
        server_.remove_alias(alias_);
        processor_.log().log(log_level::warning, "the alias " + alias_ + " led to the room " + *other +
                                                     ", which is nobody's any more, and leads to " + id + " now");
    }
    server_.add_alias(alias_, id);
    // Of two instances that adopt it at the same moment each may have seen nothing of the other yet: who marks it last does.
    is_marked(id);
}

}  // namespace communication_matrix
