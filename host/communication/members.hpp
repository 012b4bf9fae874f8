#pragma once

#include "communication/difference.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>
#include <core_communication/provider_error.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// The provider's word on one person: done, or why not.
struct verdict {
    core_communication::user_id user{};
    core_communication::room_role role = core_communication::room_role::member;  ///< The role that was to be given.
    std::optional<core_communication::failure> failed;
    std::string reason;
};

/// Somebody who is not in the room as wanted, with the reason that was last given.
struct waiting_member {
    core_communication::user_id user{};
    bool leaving = false;  ///< To be taken out, not put in.
    std::int64_t attempts = 0;
    std::optional<std::string> kind;  ///< A failure as text; empty when nothing was tried yet.
    std::optional<std::string> reason;
    std::optional<store::milliseconds_utc> since;
};

/// The SQL of communication_user. Each function is a few statements, however many people.

/// Puts on record who is wanted: new people get a row, people no longer wanted are flagged as deleted. Of those who were to
/// leave and are wanted again nobody knows whether they are still in the room: they count as not in it until it is read.
void record_wanted(store::connection& on, core_communication::communication_id room,
                   std::span<const core_communication::member> wanted);

std::vector<known_member> known_members(store::connection& on, core_communication::communication_id room,
                                        std::string_view provider);

/// Stores what a provider said of the people it was to put into the room (or to give a role).
void record_in_room(store::connection& on, core_communication::communication_id room, std::span<const verdict> verdicts,
                    store::milliseconds_utc now);

/// Stores what a provider said of the people it was to take out. Who is out has no row any more.
void record_out_of_room(store::connection& on, core_communication::communication_id room,
                        std::span<const verdict> verdicts, store::milliseconds_utc now);

/// Stores only the failures among the verdicts, each as one attempt more.
void record_failures(store::connection& on, core_communication::communication_id room,
                     std::span<const verdict> verdicts, store::milliseconds_utc now);

/// The same; who has none loses an older reason.
void record_reasons(store::connection& on, core_communication::communication_id room, std::span<const verdict> verdicts,
                    store::milliseconds_utc now);

/// Drops the reasons of those who are in the room as wanted, but for these, to whom the pass that ends has just given one.
void drop_old_reasons(store::connection& on, core_communication::communication_id room,
                      const std::set<core_communication::user_id>& but_of);

/// Drops the rows of these people.
void forget_members(store::connection& on, core_communication::communication_id room,
                    std::span<const core_communication::user_id> users);

/// Says that nobody is in the room any more: it was lost on the server and is made anew.
void forget_all_synced(store::connection& on, core_communication::communication_id room);

/// The same, but of whoever has left by themselves it stays on record that they had been put in.
void forget_synced_but_of_left(store::connection& on, core_communication::communication_id room);

/// Who waits, by user id.
std::vector<waiting_member> waiting_members(store::connection& on, core_communication::communication_id room);

/// Puts on record how the people of the room stand to it on the server, as a read had it. Whoever was in it and is not
/// named by a complete read has left.
void record_presence(store::connection& on, core_communication::communication_id room, const observation& seen);

}  // namespace commhost::communication
