#pragma once

#include "client.hpp"
#include "remote_room.hpp"

#include <core_communication/processor.hpp>

#include <span>

namespace communication_matrix {

/// Accounts on the homeserver: user_provider for Matrix.
class accounts {
  public:
    /// All must live longer.
    accounts(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote);

    void create(std::span<const core_communication::user_id> userids);

  private:
    void take_answer(core_communication::user_id user, std::string_view account,
                     const core_communication::http_response& answer);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
};

}  // namespace communication_matrix
