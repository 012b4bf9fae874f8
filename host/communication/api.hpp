#pragma once

#include "audit/audit.hpp"
#include "communication/room.hpp"
#include "directory/instance.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"
#include "task/task.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// The kind of task that makes one room equal to the roster (reconcile.hpp). There is at most one for each room.
inline constexpr std::string_view reconcile_kind = "reconcile";

/// The task for a room. Tasks of one room run one at a time, and a provider's workers take its rooms' tasks.
task::new_task reconcile_task(const touched_room& room, task::lane lane,
                              std::optional<store::milliseconds_utc> not_before = std::nullopt);

/// The room that a reconcile task names. Throws message::error (ROOM_UNKNOWN) for a payload that names none.
communication_id room_of(std::string_view payload);

/// Who says at which provider rooms are made that the roster gives none.
enum class chosen_by : std::uint8_t {
    configuration,  ///< In general: a class that comes back has its last room again.
    command,        ///< For this once, by name: a class that comes back has its room there.
};

/// What the room of an instance is called. That of a group whose course (nullptr for any other instance) has a room for each group
/// has the name of the course before its own: "Computing: group A", but for a group whose name begins with it already.
std::string room_name(const directory::instance& instance, const directory::instance* course);

/// Whether the room of an instance is open, closed for a time, or at its end: that of such a group also where its course is.
directory::instance_status room_status_of(const directory::instance& instance, const directory::instance* course);

/// The instance as it holds for its room: with that name and that status.
directory::instance effective_instance(store::connection& on, directory::instance instance);

/// After the directory changed: gives each of these instances the room it is to have and queues a task for every room
/// concerned, in the caller's transaction. An instance for which the roster names no provider keeps the room that it has,
/// or else gets back the one that it had last (unless who says otherwise), or else one at default_provider, which may be empty; one that is hidden or
/// deleted gets none, and its room falls dormant; so does that of an instance whose groups have the rooms. A group of such an
/// instance is followed with it, is at its provider where none is named for the group, and has no room while it is hidden. A room that is
/// left, or ended, and that no provider was ever asked to make is forgotten, but for the last one at a provider that
/// only it remembers (forget_never_begun). Returns how many rooms were queued.
std::size_t follow(store::connection& on, std::span<const directory::instance_id> changed,
                   std::string_view default_provider, task::lane lane, store::milliseconds_utc now,
                   chosen_by who = chosen_by::configuration);

/// Gives the instance its room at another provider, or at directory::no_provider. The room that it had is emptied and kept, if there is any; one
/// that it had at that provider before is used again. Returns how many rooms were queued.
std::size_t move_room(store::connection& on, directory::instance_id instance, std::string_view provider,
                      store::milliseconds_utc now);

/// Active instances that have no active room, such as those of a roster that was applied before a provider was named.
std::vector<directory::instance_id> without_room(store::connection& on);

/// Queues every active room, each to be read and repaired, in the lane that delays nobody. Returns how many. by: for the audit.
std::size_t synchronise_all(store::connection& on, const audit::origin& by, store::milliseconds_utc now);

/// After a pass that got through: when the room is to be looked at again, because a membership begins or ends, or somebody
/// waits: five minutes after the first try of the one who was tried least, then twice as long each time, at most a day.
/// Empty: not before something changes. wanted_at: the time as of which the pass asked who is wanted; what has begun or
/// ended since is due at once. paused_until: somebody waits to be taken out for the end of a pause, which is then the time,
/// and not one of those who are tried again.
std::optional<store::milliseconds_utc> next_pass(store::connection& on, const room& of,
                                                 store::milliseconds_utc wanted_at, store::milliseconds_utc now,
                                                 bool somebody_waits,
                                                 std::optional<store::milliseconds_utc> paused_until = std::nullopt);

/// The rooms for which the instance has the rules (room_rules.hpp): all of its own, and of its groups where these have the rooms.
std::vector<touched_room> rooms_by(store::connection& on, directory::instance_id instance);

/// Queues them: their rules have changed.
void look_again(store::connection& on, directory::instance_id instance, store::milliseconds_utc now);

/// Finds the room that an admin means: by its number, by component/type/id, or by an instance's id alone where just one
/// instance has it. Of the rooms of an instance it is the active one. Throws message::error (ROOM_UNKNOWN,
/// ROOM_AMBIGUOUS).
room find_room(store::connection& on, std::string_view what);

/// Finds the instance that an admin means, in the same words, whether or not it has a room. Throws likewise.
directory::instance find_instance(store::connection& on, std::string_view what);

}  // namespace commhost::communication
