#pragma once

#include "remote_room.hpp"

#include <core_communication/processor.hpp>
#include <core_communication/settings.hpp>

#include <string>

namespace communication_matrix {

/// Who can read what, as the settings of the site say it, or those of the room where they say something of their own.
struct room_options {
    std::string
        history_visibility;  ///< "shared", "invited" or "joined" (client-server API, "m.room.history_visibility").
    bool encrypted = false;

    // Whether it is the room's own. What the site says is for rooms that our account has made: one that was adopted keeps what
    // its people chose.
    bool history_is_the_rooms = false;
    bool encryption_is_the_rooms = false;
};

room_options options_of(const configuration& site, const core_communication::settings& room);

/// The content of the event that encrypts a room.
boost::json::object encryption_event();

/// Brings the history visibility of a room that is there into line, and encrypts it where it is to be; an encrypted room stays so
/// (client-server API, "m.room.encryption": it cannot be disabled). Writes nothing where nothing differs. Where our
/// account lacks the power, the log says so and the room stays as it is. state: that of the room; brought up to date.
void bring_options(core_communication::processor& processor, client& server, remote_room& remote,
                   const configuration& site, room_state& state);

}  // namespace communication_matrix
