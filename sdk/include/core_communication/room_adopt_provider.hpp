#pragma once

#include <core_communication/api.hpp>

#include <string_view>

namespace core_communication::inline v1 {

/// The capability of taking over a room that somebody else has made: it becomes the room of an instance, in the place of one that
/// create_chat_room would make; for a class that has room_chat_provider. Since 1.1.
class CORE_COMMUNICATION_API room_adopt_provider {
  public:
    virtual ~room_adopt_provider();

    /// Makes the room at that address the one of this object's instance. From then on it is as if create_chat_room had made
    /// it: create_chat_room and update_chat_room know it, the latter gives it its name, and it is found again by
    /// processor::room_key when everything that was stored is lost. Takes for the plugin's own account what rights it
    /// lacks there, where the server lets it, and else changes nothing in the room: nobody comes in or goes but that
    /// account, and nobody's role is another afterwards.
    ///
    /// The host keeps that it was adopted after this call, and calls update_chat_room then. Without that call it may never have
    /// come to know of it, because it was killed: an admin may have taken the adoption back since, and where another object's
    /// create_chat_room or delete_chat_room comes first, the room is others' still. It is neither found by processor::room_key
    /// nor deleted.
    ///
    /// address: as an admin knows rooms of this server, and as generate_room_url gives them; one line, not empty, at most
    /// 1000 bytes. Called in the place of create_chat_room and, as that, again after a crash at any point: what is done
    /// already is not done twice, and a room that is this instance's own already is adopted without a write, unless it is
    /// archived: then it is opened. An address other than that of an earlier call takes the place of it.
    ///
    /// Throws provider_error; of these kinds the admin is shown the reason and gives another address or mends the room:
    /// invalid, when there is no room at that address, or none that can be looked after (of another server, or no room
    /// for people); conflict, when it is the room of another instance, or the plugin's account cannot get the rights that
    /// it needs there. All that can be refused is refused before anything is changed. [provider thread]
    virtual void adopt_chat_room(std::string_view address) = 0;

  protected:
    room_adopt_provider() = default;
    room_adopt_provider(const room_adopt_provider&) = delete;
    room_adopt_provider& operator=(const room_adopt_provider&) = delete;
};

}  // namespace core_communication::inline v1
