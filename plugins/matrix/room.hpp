#pragma once

#include "remote_room.hpp"
#include "space_child.hpp"

#include <optional>
#include <string>

namespace communication_matrix {

/// The room itself: room_chat_provider for Matrix.
class room {
  public:
    /// All must live longer.
    room(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote,
         space_child& in_space);

    /// By calling it the host says that it knows that the room has moved, if it has (remote_room::has_moved).
    bool create();
    /// By calling it the host says that it knows of the room. False, until create, where the room has moved.
    bool update();
    bool remove();
    std::optional<std::string> url() const;

  private:
    /// Of a room whose adoption was broken off, and taken back by an admin since: what would have it pass for ours goes, and
    /// the room stays. The host makes or deletes a room only while it knows of none that was adopted.
    void give_up_adoption();

    void find_or_make();

    /// Finds the room by its alias and takes it over; false when there is none. Throws provider_error (conflict) when
    /// the alias leads to a room that is not ours. may_be_under_way: whether the server may still be making it for an earlier call.
    bool find_again(bool may_be_under_way);
    std::string alias() const;

    /// Whether the alias led to a room that the server has not, or that we began to make and nobody is in (is_stillborn); it
    /// leads there no more then. Throws provider_error (unavailable) while the server may still be making it.
    bool gave_up_stillborn(const std::string& id, bool may_be_under_way);

    /// Gives a room the join rule and the power levels that it lacks because making it was broken off in between; whatever else it lacks then is
    /// what holds by default, or is brought into line with everything else.
    void finish(room_state& state);

    /// The room, or else one that it had replaced; empty when there is none any more.
    std::optional<std::string> to_delete() const;
    void forget(const std::string& id);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
    space_child& in_space_;
};

}  // namespace communication_matrix
