#pragma once

#include "remote_room.hpp"

#include <string>
#include <string_view>

namespace communication_matrix {

/// Gives our account the power that it lacks in a room of this server, by Synapse's admin API, and has it join; one that has the power
/// joins a room that is open to it by itself. found: the room's state, be our account in it or not. Returns the state as it is then; where nothing is lacking, found, and sends nothing.
/// Throws provider_error (conflict) where nobody who is in the room could give it that, before anything is changed.
room_state take_over(client& server, remote_room& remote, const configuration& site, const std::string& id,
                     const room_state& found);

/// What a log may say of whose room it is: the account's server. Whose account it is, is nobody's to read there.
std::string server_of(const std::string& account);

}  // namespace communication_matrix
