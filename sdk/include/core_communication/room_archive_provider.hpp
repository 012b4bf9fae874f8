#pragma once

#include <core_communication/api.hpp>

namespace core_communication::inline v1 {

/// The capability of closing a room for good without deleting it, and of opening it again; for a class that has room_chat_provider.
/// The host gives the room its name (update_chat_room is called before, with the name that it is to have), and takes out who is
/// not to stay (room_user_provider): neither is done here. Since 1.1.
class CORE_COMMUNICATION_API room_archive_provider {
  public:
    virtual ~room_archive_provider();

    /// Makes the room one that can be read by who is in it, and written in by nobody but the plugin's own account. Called in
    /// each task while the room is archived: compares first, and writes nothing where it is so already. What it changes it
    /// keeps note of before (processor::set_value), for restore_chat_room.
    /// Returns whether it is so now; false means "under way", and the host asks again later. Throws provider_error.
    /// [provider thread]
    virtual bool archive_chat_room() = 0;

    /// Takes back what archive_chat_room did, so that everybody may do again what they could; what somebody else has changed
    /// since stays. A room that is not archived is left alone. Returns as archive_chat_room. Throws provider_error.
    /// [provider thread]
    virtual bool restore_chat_room() = 0;

  protected:
    room_archive_provider() = default;
    room_archive_provider(const room_archive_provider&) = delete;
    room_archive_provider& operator=(const room_archive_provider&) = delete;
};

}  // namespace core_communication::inline v1
