#pragma once

#include <core_communication/api.hpp>
#include <core_communication/identity.hpp>

#include <span>

namespace core_communication::inline v1 {

/// The capability of making accounts on the server.
class CORE_COMMUNICATION_API user_provider {
  public:
    virtual ~user_provider();

    /// Makes an account for each of these people, who have none known to the host, or finds the one that is theirs.
    /// For each: processor::set_account and then mark_users_as_synced, or mark_user_as_failed. A person left unmarked
    /// counts as not done and is given again later.
    ///
    /// userids: at most 50, from the roster, no one twice. May be called before the room exists.
    /// Throws provider_error when it can do nothing at all (the server is away, our token is refused).
    virtual void create_members(std::span<const user_id> userids) = 0;

  protected:
    user_provider() = default;
    user_provider(const user_provider&) = delete;
    user_provider& operator=(const user_provider&) = delete;
};

}  // namespace core_communication::inline v1
