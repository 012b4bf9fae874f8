#pragma once

#include <core_communication/api.hpp>
#include <core_communication/identity.hpp>

#include <span>

namespace core_communication::inline v1 {

/// The capability of putting people into a room and taking them out. A plugin that has it has room_chat_provider too.
///
/// In each call: at most 50 people (500 in update_room_membership), no one twice, each with an account known to the
/// host; the room exists. For each person mark_users_as_synced or mark_user_as_failed; somebody left unmarked counts
/// as not done. One person who cannot be done never stops the others. "Already so" is success. The functions throw
/// provider_error when they can do nothing at all.
///
/// A call that throws rejected, conflict or invalid is made again with each half of those who have no verdict yet, down to
/// one person, who then fails with that reason: a server that takes lists only as a whole needs no more from its plugin.
/// The other kinds are nobody's fault and end the task.
class CORE_COMMUNICATION_API room_user_provider {
  public:
    virtual ~room_user_provider();

    /// Puts them into the room, with the role that processor::wanted_members gives them. They need not consent.
    /// [provider thread]
    virtual void add_members_to_room(std::span<const user_id> userids) = 0;

    /// Gives them, who are in the room, the role that processor::wanted_members gives them. [provider thread]
    virtual void update_room_membership(std::span<const user_id> userids) = 0;

    /// Takes them out of the room, and their role from them. A negative id is somebody whom the roster does not know
    /// (see user_id); processor::accounts has the account. [provider thread]
    virtual void remove_members_from_room(std::span<const user_id> userids) = 0;

  protected:
    room_user_provider() = default;
    room_user_provider(const room_user_provider&) = delete;
    room_user_provider& operator=(const room_user_provider&) = delete;
};

}  // namespace core_communication::inline v1
