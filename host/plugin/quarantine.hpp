#pragma once

#include "plugin/problem.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// What is held against a plugin whose workers died (table plugin_quarantine). It outlives the supervisor that saw it, ends when
/// until has passed, and is of one version of the plugin: another one begins without it.
struct quarantine {
    std::int64_t version = 0;           ///< The manifest's.
    std::int64_t crashes = 0;           ///< In a row.
    store::milliseconds_utc since = 0;  ///< When the first of these crashes was that it was paused for.
    store::milliseconds_utc until = 0;  ///< No worker begins before. The count stays for the next crash.
    std::string reason;                 ///< How the last worker ended, in words for an admin.
};

/// By the plugin's name.
using quarantines = std::map<std::string, quarantine, std::less<>>;

/// What an admin is told of it (PLUGIN_QUARANTINED).
problem problem_of(const quarantine& in_force, std::string_view name);

// All of these throw message::error (STORE_...).

/// Those that have not ended.
quarantines quarantines_at(store::connection& on, store::milliseconds_utc now);

/// A worker of this version died, and in_a_row says whether it did so before it could have done something, as others did. The
/// first crash costs nothing, those that follow ever longer pauses: 1 s, 10 s, 1 min, 5 min, 30 min. Gives what is in force now.
/// To be called in a transaction.
std::optional<quarantine> note_crash(store::connection& within, std::string_view name, std::int64_t version,
                                     bool in_a_row, std::string_view reason, store::milliseconds_utc now);

/// Nothing is held against the plugin any more, or nothing against this version of it.
void end_quarantine(store::connection& on, std::string_view name);
void end_quarantine(store::connection& on, std::string_view name, std::int64_t version);

}  // namespace commhost::plugin
