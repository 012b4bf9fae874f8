#pragma once

#include "remote_room.hpp"

#include <core_communication/processor.hpp>

namespace communication_matrix {

/// Sends the room's picture when it is another than the one that was sent last; takes it away when none is wanted any more. A
/// server that takes no picture has its room without it, the log says so, and it is asked again a day later.
void bring_picture(core_communication::processor& processor, client& server, remote_room& remote,
                   const configuration& site);

}  // namespace communication_matrix
