#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::audit {

using core_communication::communication_id;
using core_communication::user_id;

/// What was changed. Stored as the words that to_string gives.
enum class subject_kind : std::uint8_t { instance, user, membership, room, setting, plugin, task, roster };

/// "instance", "user", ...
std::string_view to_string(subject_kind kind);

/// What a row is about: as many of these as say it. A membership has an instance and a user, somebody put into a room
/// has a room, its instance and a user.
struct subject {
    subject_kind kind = subject_kind::instance;
    std::optional<std::int64_t> instance{};  ///< directory::instance_id
    std::optional<communication_id> room{};
    std::optional<user_id> user{};
    /// Of what has no number: "matrix/homeserver_url" for a setting, "matrix" for a plugin, a task's key, a source. Never anything
    /// of a person.
    std::string name{};
};

/// Who did it and what made them do it.
struct origin {
    /// "admin:LOGIN" (a command), "roster:SOURCE", "schedule", "worker", "plugin:NAME".
    std::string actor;
    /// What it is a part of: "import", "plan 3f2a...", "task 17", "command". May be empty.
    std::string cause{};
    std::string reason{};  ///< Given by an admin in their own words; may be empty.
};

/// One change. before and after are small JSON documents of what was changed, in the words that other commands have.
/// What stands in them about a person is blanked when that person is erased (anonymise).
struct entry {
    origin by;
    subject about;
    std::string
        action;  ///< A stable word: "membership_removed". What an admin reads for it: phrases "audit_action_...".
    std::optional<std::string> before{};
    std::optional<std::string> after{};
};

/// Stores rows as part of the caller's transaction: what did not happen is not recorded and what is not recorded did not
/// happen. One statement for thousands of rows. Throws message::error (STORE_...).
void record(store::connection& within, std::span<const entry> entries, store::milliseconds_utc now);

/// The same for one.
void record(store::connection& within, const entry& single, store::milliseconds_utc now);

/// A row as it was stored.
struct recorded {
    std::int64_t id = 0;
    store::milliseconds_utc at = 0;
    entry what;
};

/// Which rows to list; what is not set does not matter.
struct filter {
    /// Of a room and of its instance; where both are given, a row about either.
    std::optional<communication_id> room{};
    std::optional<std::int64_t> instance{};
    std::optional<user_id> user{};
    std::optional<store::milliseconds_utc> since{};  ///< From this moment on.
    std::optional<store::milliseconds_utc> until{};  ///< Up to but not at this moment.
    std::optional<std::string> action{};
    std::optional<std::int64_t> before{};  ///< Only those with a smaller id: for the next page.
};

/// The newest first, at most so many. One statement.
std::vector<recorded> list(store::connection& on, const filter& which, std::int64_t most);

/// Removes what is older. Returns how many rows.
std::int64_t remove_before(store::connection& within, store::milliseconds_utc before);

/// Takes out of all rows about these people what they say about them: before, after and reason. That something was
/// done stays. Rows of the action keep are left: what is still to be done about a person by hand. Returns how many rows. One
/// statement.
std::int64_t anonymise(store::connection& within, std::span<const user_id> people, std::string_view keep = {});

/// Takes what a row says before out of it.
void blank_before(store::connection& within, std::int64_t row);

}  // namespace commhost::audit
