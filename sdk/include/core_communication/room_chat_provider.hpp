#pragma once

#include <core_communication/api.hpp>

#include <optional>
#include <string>

namespace core_communication::inline v1 {

/// The capability of having rooms.
class CORE_COMMUNICATION_API room_chat_provider {
  public:
    virtual ~room_chat_provider();

    /// Brings the room into being. Called again after a crash at any point and must then find the room it has made
    /// (processor::room_key), never make a second one. May set the roles of wanted members while it creates.
    /// Returns whether the room is there now; false means "not yet", and the host asks again later. [provider thread]
    virtual bool create_chat_room() = 0;

    /// Brings name, topic and options in line, and writes nothing where nothing differs. Called in each task, also after
    /// create_chat_room, which may have found one made under another name; what it has just made needs no request here.
    /// Returns whether the room is there and as wanted; false says that it is gone from the server, or, where
    /// generate_room_url gives another address than before, that the one there, which nobody was put into yet, goes on
    /// in its place. The host counts nobody as in it then, and calls create_chat_room. [provider thread]
    virtual bool update_chat_room() = 0;

    /// Removes the room from the server for good, with everything in it. Returns whether it is gone now; false means
    /// "under way", and the host asks again later. A room that is not there is gone. [provider thread]
    virtual bool delete_chat_room() = 0;

    /// The address that takes a person into the room; empty while there is none. Sends nothing. [provider thread]
    virtual std::optional<std::string> generate_room_url() = 0;

    // All but generate_room_url throw provider_error.

  protected:
    room_chat_provider() = default;
    room_chat_provider(const room_chat_provider&) = delete;
    room_chat_provider& operator=(const room_chat_provider&) = delete;
};

}  // namespace core_communication::inline v1
