#pragma once

#include "communication/person_record.hpp"
#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/connection.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace commhost::communication {

// What the store says of a person where it is about something else. A name counts only where it stands by itself
// (text/whole_name.hpp), as it is or percent-encoded. All that ask the store throw message::error (STORE_...).

/// The texts by which errors may name a person, the longest first, since one may be a part of another: accounts, username, name
/// and address. Those that are parts of too many words (service::shortest_name) are left out.
std::vector<std::string> names_of(const directory::user_record& person, std::span<const account_at> accounts);

/// The same of everybody who is or was wanted in this room, with the accounts that they have or had at its provider. Two statements.
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

/// Names that must not be halved where a text is cut: half of one would be found by no erasure. Large rooms have a hundred thousand, and a
/// server may send as many texts that are too long: it is asked in a millisecond, whatever it holds.
class uncut_names {
  public:
    uncut_names() = default;
    explicit uncut_names(std::span<const std::string> names) {
        for (const auto& each : names) add(each);
    }

    void add(std::string_view name);

    /// Where the first of those begins that stand across `at` in the text, or across that place then; `at` where none does. May be too
    /// early, and never too late.
    std::size_t place_before(std::string_view text, std::size_t at) const;

  private:
    std::unordered_set<std::size_t> spellings_;  ///< Their hashes.
    std::set<std::size_t> lengths_;
};

/// A text to be stored, as text::printable has it, and of one that is too long no more than what stands before a name that would be halved.
/// names is asked for in that case only.
std::string shortened(std::string_view text, const std::function<const uncut_names&()>& names, std::size_t at_most);
std::string shortened(std::string_view text, std::span<const std::string> names, std::size_t at_most);

}  // namespace commhost::communication
