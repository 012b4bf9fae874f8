#pragma once

#include "remote_room.hpp"

#include <core_communication/processor.hpp>

namespace communication_matrix {

/// Goes on with the room in whose place people have put another one (client-server API, "Room upgrades"), along the whole chain
/// of those that were put in each other's place: our account comes in and gets its power there, the alias leads there, and from
/// then on that one is the room (remote_room::has_moved). Who was in the old room stays in it; once the host knows that nobody is in the new one,
/// it puts everybody into it who had not left by themselves. Does nothing where the room was not replaced.
///
/// Throws provider_error (conflict), before anything is changed, where the chain ends with no room, leads in a circle, is too
/// long, or leads to a room that this server does not have, that was made on another one, that does not say itself that it
/// goes on for the old one, that is another instance's, or in which our account can have no power.
void follow_upgrade(core_communication::processor& processor, client& server, remote_room& remote,
                    const configuration& site);

}  // namespace communication_matrix
