#include "adoption.hpp"

#include "account_rule.hpp"
#include "archive.hpp"
#include "room_address.hpp"
#include "taking_over.hpp"

#include <core_communication/provider_error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::log_level;
using core_communication::provider_error;

adoption::adoption(core_communication::processor& processor, client& server, const configuration& site,
                   remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote),
      alias_(alias_of(processor.room_key(), site.server_name)) {}

void adoption::adopt(std::string_view address) {
    const auto id = find(address);
    auto state = examine(id);
    const bool is_ours = is_marked(id);
    state = take_over(server_, remote_, site_, id, state);
    if (!is_ours || remote_.id() != id) remote_.begin_adoption(id);
    if (!is_ours) mark(id);
    archive closing(processor_, server_, site_, remote_);
    if (remote_.id() != id) {
        remote_.forget();  // what was kept of another room
        if (is_ours) closing.take_note_of(state);
    }
    remote_.remember(id, std::move(state));
    if (is_ours) closing.open();
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
    if (is_ours) server_.remove_alias(alias_, id);
    throw provider_error(failure::conflict, "the room " + id + " is that of another instance: it has the alias " +
                                                *other + "; if that is over, remove the alias on the server");
}

void adoption::mark(const std::string& id) {
    if (const auto other = server_.room_of(alias_)) {
        server_.remove_alias(alias_, *other);
        processor_.log().log(log_level::warning, "the alias " + alias_ + " led to the room " + *other +
                                                     ", which is nobody's any more, and leads to " + id + " now");
    }
    server_.add_alias(alias_, id);
    // Of two instances that adopt it at the same moment each may have seen nothing of the other yet: who marks it last does.
    is_marked(id);
}

}  // namespace communication_matrix
