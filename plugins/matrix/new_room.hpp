#pragma once

#include "configuration.hpp"
#include "room_options.hpp"
#include "room_state.hpp"

#include <core_communication/processor.hpp>

#include <boost/json/object.hpp>

#include <string>

namespace communication_matrix {

/// A room that is to be made: what is asked for (client-server API, POST /createRoom), all of it in the one call, and what the
/// room's state is then.
struct new_room {
    boost::json::object asked;
    room_state made;
};

/// own_account: who makes it.
new_room plan_room(const core_communication::processor& processor, const configuration& site,
                   const std::string& own_account);

/// The levels that a room of ours begins with, but for what the server puts in. Everybody who is wanted with a role has theirs
/// before they come in.
boost::json::object first_levels(const core_communication::processor& processor, const configuration& site,
                                 const std::string& own_account, std::string_view room_version);

/// The same where the server puts nothing in, because the room is there already.
boost::json::object levels_afterwards(const core_communication::processor& processor, const configuration& site,
                                      const std::string& own_account, std::string_view room_version);

}  // namespace communication_matrix
