#pragma once

#include "communication/accounts_in_making.hpp"
#include "communication/policy.hpp"
#include "communication/processor.hpp"
#include "communication/provider_interfaces.hpp"
#include "communication/room.hpp"
#include "store/clock.hpp"
#include "store/database.hpp"

#include <cstddef>
#include <functional>
#include <optional>

namespace commhost::communication {

/// What one pass over a room did.
struct reconcile_result {
    bool room_ready = true;  ///< False: the provider said "not yet"; to be tried again soon.
    /// Something else was wanted before anything was done, and nothing was: the change has queued a task.
    bool overtaken = false;
    std::size_t accounts_made = 0;
    std::size_t accounts_updated = 0;
    std::size_t added = 0;
    std::size_t roles_changed = 0;
    std::size_t removed = 0;
    std::size_t waiting = 0;  ///< People who could not be done; each has a reason on record.
    /// Somebody who was to be taken out was left in the room, because no removals are made before this time.
    std::optional<store::milliseconds_utc> removals_paused_until{};
};

/// Makes one room equal to what the directory wants now: the room itself, accounts that are missing, who is in it and in
/// what role. Reads the server once where the provider can, compares, and sends only what differs; a second pass over an
/// unchanged room sends nothing. Stores its progress batch by batch, so that whatever stops it, the next pass goes on.
///
/// Within a pause (policy::pauses) everything is done but removals, whatever they come from; the room says so.
///
/// A dormant room (room::active is false) and that of a deleted instance are emptied and kept; what is done beyond that with one
/// that is archived is room_archive.hpp.
///
/// One object serves all the rooms of one provider in a process; several threads may run passes over different rooms.
///
/// One person who cannot be done stops nobody. Throws provider_error when the provider can do nothing at all,
/// task_cancelled, and message::error (STORE_...); what had been done by then is stored. Where accounts cannot be made
/// (unauthorised, unavailable) the room and the people who have one are done all the same before that is thrown.
class reconciler {
  public:
    reconciler(store::database& database, const store::clock& clock, policy rules);

    /// of: as read before the instance was, and before wanted() was asked: what is read after it is as new or newer, and where it is
    /// newer the room's generation tells. instance: as effective_instance (api.hpp) has it. provider: an object whose
    /// load_for_instance was called with processor.
    /// still_mine: asked before each batch; once it says no, somebody else does this room, and task_cancelled is thrown. What is
    /// stored is stored through processor.database(), which asks in the same transaction.
    reconcile_result run(const room& of, const directory::instance& instance, const provider_interfaces& provider,
                         room_processor& processor, const std::function<bool()>& still_mine);

    /// Who is wanted in the room at that time: nobody in a dormant one or one of a deleted instance, but for people_kept
    /// (room_archive.hpp). of, instance: as for run. Keep the time for next_pass (api.hpp), which then finds the dates that pass
    /// while the room is worked on.
    std::vector<core_communication::member> wanted(const room& of, const directory::instance& instance,
                                                   store::milliseconds_utc at);

  private:
    class pass;

    store::database& database_;
    const store::clock& clock_;
    policy rules_;
    accounts_in_making accounts_;
};

}  // namespace commhost::communication
