#pragma once

#include "communication/room.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

// What is kept about a person beside the directory: for an export, and for the erasure that takes it out again. All throw
// message::error (STORE_...).

/// How a person stands to a room: the row of communication_user.
struct standing_in_room {
    communication_id room{};
    bool synced = false;
    bool leaving = false;
    core_communication::room_role role{};                    ///< The one that was last given.
    std::optional<core_communication::presence> presence{};  ///< As the room was last read.
    int attempts = 0;                                        ///< That failed.
    std::optional<std::string> error_kind{};
    std::optional<std::string> error{};
    std::optional<store::milliseconds_utc> error_at{};
};
std::vector<standing_in_room> rooms_with(store::connection& on, core_communication::user_id person);

struct account_at {
    std::string provider;
    std::string account;
    bool made = false;    ///< By the provider; else found.
    bool former = false;  ///< Another one has taken its place; it may still be there on the server.
};

/// By provider, and of each the one in use before the former ones. A former one that is somebody else's now is nobody else's.
std::vector<account_at> accounts_with(store::connection& on, core_communication::user_id person);

/// The texts by which errors may name a person, the longest first, since one may be a part of another: accounts, username, name
/// and address. Those that are parts of too many words (service::shortest_name) are left out.
std::vector<std::string> names_of(const directory::user_record& person, std::span<const account_at> accounts);

/// A text of the store, about something else, that names a person.
struct mention {
    enum class place : std::uint8_t {
        room,       ///< What is wrong with a room.
        member,     ///< Why somebody else is not in a room as wanted.
        task,       ///< What went wrong with a task.
        queue,      ///< Why a provider's tasks wait.
        room_rule,  ///< An account that a room's rules leave alone.
    };
    place in{};
    std::int64_t number = 0;  ///< Of the room or the task.
    std::string provider{};   ///< Of a task or a queue.
    std::string text{};
};

/// "room", "member", "task", "queue", "room_rule".
std::string_view to_string(mention::place place);

std::vector<mention> mentions_of(store::connection& on, core_communication::user_id person,
                                 std::span<const std::string> names);

/// Puts `by` in the place of names in all texts about rooms and people there, the person's own among them. task::blank_errors
/// does the others that mentions_of finds, but for rules.
void blank_in_rooms(store::connection& within, std::span<const std::string> names, std::string_view by);

/// What a provider keeps in which an account stands.
struct value_with_account {
    std::string provider;
    std::optional<communication_id> room;  ///< None: for its site.
    std::string key;
};
std::vector<value_with_account> values_with(store::connection& on, std::span<const account_at> accounts);

}  // namespace commhost::communication
