#pragma once

#include <core_communication/api.hpp>
#include <core_communication/identity.hpp>

#include <span>

namespace core_communication::inline v1 {

/// The capability of making accounts on the server, and of keeping those it made in step with the roster.
class CORE_COMMUNICATION_API user_provider {
  public:
    virtual ~user_provider();

    /// Sees to it that each of these people has an account, and that one which this provider made says what the roster
    /// says. They are of two kinds, and processor::accounts tells which:
    ///
    ///   without an account  Makes one, or finds the one that is theirs: processor::set_account with
    ///                       account_origin::made or found. What is there already is somebody's own: nothing of it is
    ///                       changed.
    ///   with an account     This provider made it, and what processor::people gives has changed since the host was last
    ///                       told that the person is done. Brings name, e-mail and so on in line, if the server can.
    ///                       set_account need not be called.
    ///
    /// For each: mark_users_as_synced, or mark_user_as_failed. failure::rejected says that the person has no account and
    /// gets none: from then on nobody whom the host does not know in a room is taken for this person. Where the server did
    /// not tell, or the account is there and cannot be used, give another kind. A person left unmarked counts as not done
    /// and is given again later. Who has an account stays in the rooms whatever becomes of this call.
    ///
    /// The host asks about nobody whose account is as the roster has it, so that nothing has to be read to find that out.
    ///
    /// userids: at most 50, from the roster, no one twice. May be called before the room exists.
    /// Throws provider_error when it can do nothing at all (the server is away, our token is refused). What becomes of
    /// rejected, conflict and invalid stands in room_user_provider.hpp. [provider thread]
    virtual void create_members(std::span<const user_id> userids) = 0;

  protected:
    user_provider() = default;
    user_provider(const user_provider&) = delete;
    user_provider& operator=(const user_provider&) = delete;
};

}  // namespace core_communication::inline v1
