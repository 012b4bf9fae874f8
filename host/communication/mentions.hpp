#pragma once

#include "communication/person_record.hpp"
#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/connection.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

// What the store says of a person where it is about something else. A name counts only where it stands by itself
// (text/whole_name.hpp), as it is or percent-encoded. All that ask the store throw message::error (STORE_...).

/// The texts by which errors may name a person, the longest first, since one may be a part of another: accounts, username, name
/// and address. Those that are parts of too many words (service::shortest_name) are left out.
std::vector<std::string> names_of(const directory::user_record& person, std::span<const account_at> accounts);

/// The same of everybody who is or was wanted in this room, with their accounts at its provider. One statement.
std::vector<std::string> names_in(store::connection& on, communication_id room);

/// What stands for a name that was taken out.
inline constexpr std::string_view nobody = "***";

/// A text of the store, about something else, that names a person.
struct mention {
    enum class place : std::uint8_t {
        room,       ///< What is wrong with a room.
        member,     ///< Why somebody else is not in a room as wanted.
        task,       ///< What went wrong with a task.
        queue,      ///< Why a provider's tasks wait.
        room_rule,  ///< An account that the rules for an instance's rooms leave alone by its name.
    };
    place in{};
    std::int64_t number = 0;                           ///< Of the room or the task; else 0.
    std::optional<directory::instance_id> instance{};  ///< Of rules; it may have no room.
    std::string provider{};                            ///< Of a task or a queue.
    std::string text{};
};

/// "room", "member", "task", "queue", "room_rule".
std::string_view to_string(mention::place place);

/// Those of a person with these accounts, each text once, whichever of the names stand in it. The same few statements however many names
/// there are.
std::vector<mention> mentions_of(store::connection& on, const directory::user& person,
                                 std::span<const account_at> accounts);

/// Puts `by` in the place of these names in all texts about rooms and people there that mentions_of finds, the person's own among them.
/// The same few statements however many names there are. Locks the rooms (lock_rooms).
void blank_in_rooms(store::connection& within, std::span<const std::string> names, std::string_view by);

/// The same of tasks and queues; after the rooms, in the order in which everybody locks.
void blank_in_tasks(store::connection& within, std::span<const std::string> names, std::string_view by);

/// A text of that kind with that done: for one that is not stored.
std::string without_names(std::string text, std::span<const std::string> names, std::string_view by);

/// A text to be stored, as text::printable has it. Of one that is too long the names are taken out before it is cut: half of one that stood
/// at the cut would be found by no erasure. names is asked for them in that case only.
std::string shortened(const std::string& text, const std::function<std::vector<std::string>()>& names,
                      std::size_t at_most);

}  // namespace commhost::communication
