#pragma once

#include "client.hpp"
#include "remote_room.hpp"

#include <core_communication/processor.hpp>

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace communication_matrix {

/// Accounts on the homeserver: user_provider for Matrix.
class accounts {
  public:
    /// All must live longer.
    accounts(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote);

    /// Who is a server admin, or whose name derives to the account of one before them, is marked as failed (conflict)
    /// and nothing is sent about them.
    void create(std::span<const core_communication::user_id> userids);

  private:
    bool is_server_admin(std::string_view account);
    void take_answer(core_communication::user_id user, std::string_view account,
                     const core_communication::http_response& answer);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
    std::optional<std::set<std::string, std::less<>>> server_admins_;  ///< Read on first use.
};

}  // namespace communication_matrix
