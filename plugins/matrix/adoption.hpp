#pragma once

#include "remote_room.hpp"

#include <string>
#include <string_view>

namespace communication_matrix {

/// Taking over a room that somebody else has made: room_adopt_provider for Matrix. Our account gets power in it and comes in by
/// Synapse's admin API, and the room gets the alias by which that of an instance is found again (room_address.hpp).
class adoption {
  public:
    /// All must live longer.
    adoption(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote);

    /// One that is the instance's already costs reads alone, unless it is archived: it is opened.
    void adopt(std::string_view address);

  private:
    /// The id of the room that is meant. Throws provider_error (invalid) for an alias that nobody uses.
    std::string find(std::string_view address);

    /// Its state, be our account in it or not. Throws provider_error (invalid) for a room that is not there, was made on
    /// another server, is none for people, or was replaced by another one.
    room_state examine(const std::string& id);

    /// Whether the room has our alias. Throws provider_error (conflict) for one that has another instance's; ours then goes.
    bool is_marked(const std::string& id);

    void mark(const std::string& id);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
    std::string alias_;
};

}  // namespace communication_matrix
