#pragma once

#include "communication/policy.hpp"
#include "communication/room.hpp"
#include "communication/room_hold.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "task/task.hpp"

#include <core_communication/member.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// How a person stands to a room.
enum class standing : std::uint8_t {
    in_room,
    invited,
    not_yet,      ///< Wanted and not in it; the host will go on trying.
    not_in_room,  ///< And nothing is on its way.
    leaving,      ///< Not wanted any more and still in it, as far as is known.
};

/// "in_room", "invited", ...
std::string_view to_string(standing which);

/// One reason, in a stable word. The values of a finding are named with it.
enum class finding_kind : std::uint8_t {
    membership_in_force,  ///< source, role; ends where it will; person where it is that of somebody merged into this one
    in_all_groups,        ///< the same of the course that the room is of a group of: reason is its name
    membership_not_begun,  ///< source, begins
    membership_ended,      ///< source, ends
    membership_suspended,  ///< source
    no_membership,         ///< no source names the person in the instance
    person_suspended,
    person_deleted,
    person_merged,  ///< reason: the id of the person that this one has turned out to be
    instance_hidden,
    instance_deleted,
    course_hidden,      ///< reason: the course of which the instance is a group, and whose groups have the rooms
    kept_in_archive,    ///< the instance is deleted, and its people stay in the room
    groups_have_rooms,  ///< each of the instance's groups has one, and it has none itself
    room_dormant,       ///< the instance has its room elsewhere, or none
    room_held,          ///< frozen: person: by whom, reason, at: since when
    room_deleting,
    room_not_made,
    room_to_adopt,         ///< reason: the address of the room on the server that it is to be, and is not yet
    room_failed,           ///< reason
    provider_unavailable,  ///< reason
    provider_paused,       ///< reason: a word or a text; until where it ends by itself
    no_account,            ///< nobody has tried yet to find or make one
    account_refused,       ///< reason
    refused,               ///< reason, attempts, since
    not_tried,
    role_refused,  ///< in the room, but not as wanted: reason
    banned,
    left_respected,    ///< left by themselves, and the policy lets them
    left_added_again,  ///< left by themselves, and the policy does not
    task_running,
    task_due,         ///< at
    task_failed,      ///< reason; nothing goes on until somebody retries it
    no_task,          ///< nothing goes on before the next synchronisation
    being_erased,     ///< an admin has asked for it
    removal_held,     ///< source, at: since when; the source does not name the person any more, and an admin is to say
    removals_paused,  ///< at: until when nobody is taken out
    unlisted_stay,    ///< nobody is to be in the room for a roster's sake, and whoever is, may stay
    account_exempt,   ///< reason: the account, which is not touched
};

/// "membership_in_force", ...
std::string_view to_string(finding_kind kind);

struct finding {
    finding_kind kind{};
    std::string source{};
    std::string role{};
    std::string reason{};
    std::string person{};  ///< An id in the directory, or a login: who else it is about.
    std::int64_t attempts = 0;
    std::optional<store::milliseconds_utc> at{};  ///< begins, ends, until, since, or when it is due.

    friend bool operator==(const finding&, const finding&) = default;
};

/// Whatever the answer may depend on.
struct explanation_facts {
    store::milliseconds_utc now = 0;
    directory::user_status person = directory::user_status::active;
    directory::instance_status instance = directory::instance_status::active;
    std::vector<directory::membership> memberships{};  ///< Of this person in this instance, from all sources.
    /// Of a group whose course has a room for each group: those there that entitle the person to all groups, and its name.
    std::vector<directory::membership> of_all_groups{};
    std::string course{};
    bool course_hidden = false;
    bool group_rooms = false;   ///< The instance's groups have the rooms.
    std::string merged_into{};  ///< Who the person has turned out to be; empty: nobody else.
    std::map<directory::user_id, std::string>
        merged{};  ///< Who was merged into the person: their ids in the directory.
    communication::policy rules{};

    bool active = true;  ///< Of the room, as are the next.
    bool created = true;
    room_status status = room_status::ready;
    std::optional<room_hold> hold{};  ///< Who froze it, where somebody has.
    std::string room_error{};
    std::string adopt_address{};  ///< Of the room on the server that it is to be, and is not yet; empty: a new one.

    /// What is on record about the person in the room.
    struct record {
        bool has_account = true;
        bool synced = true;
        std::optional<core_communication::presence> presence{};
        std::int64_t attempts = 0;
        std::string reason{};
        std::optional<store::milliseconds_utc> since{};
    };
    std::optional<record> known{};

    std::string provider_problem{};  ///< Empty where its workers can begin.
    struct pause {
        std::string reason;
        std::optional<store::milliseconds_utc> until;
    };
    std::optional<pause> paused{};
    bool kept_in_archive = false;  ///< Though the instance has ended (people_kept, room_archive.hpp).

    struct task {
        commhost::task::state state{};
        store::milliseconds_utc due = 0;
        std::string error{};
    };
    std::optional<task> next{};  ///< That of the room, if there is one.

    bool being_erased = false;
    std::string account{};  ///< The person's at the provider; empty for none.
    std::optional<store::milliseconds_utc> removals_paused_until{};
    /// What waits for an admin: that a source's removals are held, the person's from this room among them.
    struct held {
        std::string source;
        store::milliseconds_utc since = 0;
    };
    std::vector<held> held_removals{};
};

struct explanation {
    communication::standing standing{};
    std::vector<finding> findings;  ///< What matters most comes first.

    friend bool operator==(const explanation&, const explanation&) = default;
};

/// Why the person is in the room, is not, or is not yet. No I/O: the same facts give the same answer.
explanation explain(const explanation_facts& facts);

}  // namespace commhost::communication
