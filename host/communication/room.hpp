#pragma once

#include "directory/instance.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

using core_communication::communication_id;

/// The number by which commands name a room.
std::string to_string(communication_id id);

/// How a room stands. Stored as the words that to_string gives.
enum class room_status : std::uint8_t {
    pending,   ///< Something is still to be done and nothing has gone wrong.
    ready,     ///< As wanted, with everybody in it.
    degraded,  ///< There, but somebody waits; the reason is with the person.
    failed,    ///< The last try did not get through; the reason is with the room. It is tried again.
    held,      ///< Nothing is done until an admin says so.
    deleting,  ///< On its way out.
};

std::string_view to_string(room_status status);

/// One instance's room at one provider.
struct room {
    communication_id id{};
    directory::instance_id instance{};
    std::string provider;
    bool active = false;   ///< False: dormant. The room is kept, empty, for the day the provider is chosen again.
    bool created = false;  ///< It exists on the server.
    std::int64_t wanted_generation = 0;   ///< Counts the changes of what is wanted.
    std::int64_t applied_generation = 0;  ///< The one that the room was last made equal to.
    room_status status = room_status::pending;
    std::optional<std::string> url;
    std::optional<std::string> last_error;
    store::milliseconds_utc changed_at = 0;
    std::optional<store::milliseconds_utc> reconciled_at;
    std::optional<store::milliseconds_utc> ended_at{};     ///< When its instance was deleted (note_ends).
    std::optional<store::milliseconds_utc> archived_at{};  ///< Since when it is to be an archive.
    bool closed = false;                                   ///< It is one, on the server too.
    /// The room on the server that it is to be, in the place of a new one (room_adoption.hpp), or that it is since it was adopted.
    std::optional<std::string> adopt_address{};
    bool adopted = false;
    bool begun =
        false;  ///< Its provider may have been asked to make it (begin_making), so that something may be on the server.
};

/// The SQL of the table communication.

std::optional<room> find_room(store::connection& on, communication_id id);

/// Keeps everybody else from changing these rooms and what is on record of their people until the caller's transaction ends.
/// Whoever changes some of that in one with tasks has this lock first (ARCHITECTURE.md, "The way of one membership").
void lock_rooms(store::connection& within, std::span<const communication_id> rooms);

/// All rooms by id, the dormant ones too.
std::vector<room> list_rooms(store::connection& on);

/// The rooms of an instance, the active one first.
std::vector<room> rooms_of(store::connection& on, directory::instance_id instance);

/// An instance and the provider that is to have its room; an empty provider means that it is to have none.
struct assignment {
    directory::instance_id instance{};
    std::string provider;
};

/// A room that has something to be done, and the provider whose workers do it.
struct touched_room {
    communication_id id{};
    std::string provider;
};

/// Makes each assignment so: the room at that provider becomes the active one (made or woken), any other of the instance
/// dormant, and the wanted generation of all of them rises by one. Returns the rooms concerned with their providers.
/// The same few statements however many there are.
std::vector<touched_room> assign(store::connection& on, std::span<const assignment> assignments,
                                 store::milliseconds_utc now);

/// An instance and whether it is deleted.
struct standing_of_instance {
    directory::instance_id instance{};
    bool deleted = false;
};

/// Notes since when the instances of rooms that are on a server are deleted, or that they are not. The wanted generation of those for
/// which that is new rises by one, so that what becomes of them is settled, the dormant ones too. Two statements.
void note_ends(store::connection& on, std::span<const standing_of_instance> instances, store::milliseconds_utc now);

/// The active rooms of these instances.
std::vector<assignment> active_providers(store::connection& on, std::span<const directory::instance_id> instances);

/// Of these instances those that have no active room and had one: the provider of the one that was changed last.
std::vector<assignment> dormant_providers(store::connection& on, std::span<const directory::instance_id> instances);

/// All rooms of these instances, by id, the dormant ones too. One statement.
std::vector<touched_room> all_rooms_of(store::connection& on, std::span<const directory::instance_id> instances);

/// Every active room, for a synchronisation of all.
std::vector<touched_room> active_rooms(store::connection& on);

/// How many rooms of a provider are recorded.
struct provider_rooms {
    std::int64_t active = 0;
    std::int64_t dormant = 0;
};
std::map<std::string, provider_rooms, std::less<>> count_rooms(store::connection& on);

/// The rooms of a provider, by id, the dormant ones too.
std::vector<communication_id> rooms_at(store::connection& on, std::string_view provider);

/// Takes all rooms of a provider out of the records, with who is in them and the accounts there. On the server they stay as they are.
/// Returns their ids, under which other parts of the host keep something.
std::vector<communication_id> forget_provider(store::connection& on, std::string_view provider);

/// Whether the room is there and what is wanted is still of this generation. Until the caller's transaction ends it stays so.
bool wants_still(store::connection& on, communication_id id, std::int64_t generation);

/// Before a provider is asked to make a room: says so. Returns false, and does nothing, where it is not in use any more.
bool begin_making(store::connection& on, communication_id id);

/// An instance, and whether somebody has said for it at which provider its room is to be.
struct provider_choice {
    directory::instance_id instance{};
    bool is_made = false;
};

/// Takes those rooms of these instances out of the table that are not in use, and that no provider was ever asked to make (begin_making):
/// there is nothing on a server to come back to. Not the frozen ones, nor those that are to be one that is there (adopt_address), nor
/// what alone says where the instance had its room (dormant_providers), if that is not default_provider. Returns them. One statement.
std::vector<touched_room> delete_never_begun(store::connection& on, std::span<const provider_choice> instances,
                                             std::string_view default_provider);

/// Such rooms of hidden instances stay, for what an admin has set for them, and are as wanted: there is nothing to do, and nobody in them,
/// though a pass that got no further than people's accounts may have noted who was to be. Returns those that were not. Locks them all (lock_rooms). One statement where there is none, else four at most.
std::vector<touched_room> settle_never_begun(store::connection& on, std::span<const directory::instance_id> hidden);

/// Whether it is on the server. One that was adopted and is there no more is made anew the next time.
void set_created(store::connection& on, communication_id id, bool created);
void set_url(store::connection& on, communication_id id, const std::optional<std::string>& url);

/// After a pass that got through: the generation that the room now equals, and how it stands.
void set_reconciled(store::connection& on, communication_id id, std::int64_t generation, room_status status,
                    store::milliseconds_utc now);

/// What is wrong with the room though the pass got through.
void set_last_error(store::connection& on, communication_id id, std::string_view error);

/// After a pass that did not.
void set_failed(store::connection& on, communication_id id, std::string_view error);

/// How many people are wanted in a room, are in it as wanted, and wait.
struct member_counts {
    std::int64_t wanted = 0;
    std::int64_t synced = 0;
    std::int64_t waiting = 0;
};
struct room_counts {
    communication_id id{};
    member_counts members;
};
std::vector<room_counts> count_members(store::connection& on);

}  // namespace commhost::communication
