#pragma once

#include "plugin/problem.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace commhost::plugin {

/// What is held against a plugin whose workers died (table plugin_quarantine). It outlives the supervisor that saw it, ends when
/// until has passed, and is of one version of the plugin: another one begins without it. A plugin that gets through its tasks but
/// for some is not held liable for those: the queue sees to them (task::queue::release).
struct quarantine {
    std::int64_t version = 0;           ///< The manifest's.
    std::int64_t crashes = 0;           ///< In a row.
    store::milliseconds_utc since = 0;  ///< When the first of these crashes was that it was paused for.
    store::milliseconds_utc until = 0;  ///< No worker begins before. The count stays for the next crash.
    std::string reason;                 ///< How the last worker ended, in words for an admin.
};

/// Those in force, by plugin and version: while one version makes way for another, both may have died.
class quarantines {
  public:
    void add(std::string name, quarantine held);

    /// What is held against this version of the plugin; null for nothing.
    const quarantine* find(std::string_view name, std::int64_t version) const;

  private:
    std::map<std::pair<std::string, std::int64_t>, quarantine> held_;
};

/// What an admin is told of it (PLUGIN_QUARANTINED).
problem problem_of(const quarantine& in_force, std::string_view name);

// All of these throw message::error (STORE_...).

/// Those that have not ended.
quarantines quarantines_at(store::connection& on, store::milliseconds_utc now);

/// A worker of this version died, and in_a_row says whether none of this version has got through a task since the last that
/// died. The first crash costs nothing, those that follow ever longer pauses: 1 s, 10 s, 1 min, 5 min, 30 min. Gives what is in force now.
/// To be called in a transaction.
std::optional<quarantine> note_crash(store::connection& within, std::string_view name, std::int64_t version,
                                     bool in_a_row, std::string_view reason, store::milliseconds_utc now);

/// Nothing is held against the plugin any more, or nothing against this version of it.
void end_quarantine(store::connection& on, std::string_view name);
void end_quarantine(store::connection& on, std::string_view name, std::int64_t version);

}  // namespace commhost::plugin
