#pragma once

#include "communication/processor.hpp"
#include "communication/room.hpp"

#include <core_communication/identity.hpp>

#include <cstddef>
#include <functional>
#include <span>

namespace commhost::communication {

/// How one pass over a room calls its plugin for people: so many at a time, with what became of them stored before the next, and
/// no more of them once the room is not to be changed any more.
class batches {
  public:
    // In one call, as the SDK promises them (user_provider.hpp, room_user_provider.hpp).
    static constexpr std::size_t most_people = 50;
    static constexpr std::size_t most_roles = 500;  ///< Of update_room_membership.

    /// of: as it was read when the pass began. still_mine: asked before each batch. All outlive it.
    batches(const room& of, room_processor& processor, const std::function<bool()>& still_mine);

    /// Makes the call for the users, who may be none, at most so many at a time. Returns how many failed, of whom some may not
    /// have been tried: once an admin has frozen the room, and for removals once something else is wanted than when the pass
    /// began, since the change has queued a task, which knows better. Throws task_cancelled when the room is not ours any more,
    /// and what the plugin throws that concerns everybody (halving.hpp).
    std::size_t call(std::span<const core_communication::user_id> users, std::size_t most, step kind,
                     const std::function<void(std::span<const core_communication::user_id>)>& make) const;

  private:
    bool may_go_on(step kind) const;

    const room& of_;
    room_processor& processor_;
    const std::function<bool()>& still_mine_;
};

}  // namespace commhost::communication
