#pragma once

#include "communication/policy.hpp"
#include "communication/room.hpp"
#include "directory/instance.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <span>
#include <vector>

namespace commhost::communication {

/// When the room is to be deleted on the server, because its instance is deleted and that is what becomes of it
/// (policy::ended), also where it is not known to be there: its provider looks. Empty: it is not. instance: as effective_instance (api.hpp) has it.
std::optional<store::milliseconds_utc> purge_at(const room& of, const directory::instance& instance,
                                                const policy& rules);

/// Takes those rooms of these instances out of the records of which nothing can be on a server (delete_never_begun), with all that is
/// kept for them and their tasks. Returns their ids, in order. The same few statements however many there are.
std::vector<communication_id> forget_never_begun(store::connection& on, std::span<const provider_choice> instances,
                                                 std::string_view default_provider);

/// The rooms of hidden instances of which nothing can be on a server (settle_never_begun) have nothing to wait for: their tasks are dropped.
/// Returns their ids, in order. The same few statements however many there are.
std::vector<communication_id> leave_never_begun(store::connection& on, std::span<const directory::instance_id> hidden);

/// Says that the room is to be deleted on the server for good, with everything in it, and queues the task that does it. One that is
/// being deleted already stays so. Returns false, and does nothing, for one that is active, frozen or not there any more.
bool begin_purge(store::connection& on, const room& which, store::milliseconds_utc now);

/// Takes the room out of the records, with who is in it, what its plugin keeps for it, its settings and its task, for which nobody
/// waits any more; whoever works on that has lost it. On the server the room stays as it is.
void forget_room(store::connection& on, const room& which);

/// The server says that it is gone. Where its instance has come back in the meantime it is to have a new one, which is queued.
void deleted_on_server(store::connection& on, const room& which, store::milliseconds_utc now);

}  // namespace commhost::communication
