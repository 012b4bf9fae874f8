#pragma once

#include "audit/audit.hpp"
#include "worker/host.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace commhost::worker {

/// What becomes of the rooms of a plugin that goes.
enum class rooms_fate : std::uint8_t {
    undecided,  ///< The plugin stays while there are any.
    wait,       ///< Their records and tasks are kept until the plugin is back.
    forget,     ///< They leave the host's records, and their tasks are dropped. On the server they stay as they are.
};

struct removal_order {
    std::string name;
    rooms_fate rooms = rooms_fate::undecided;
    bool settings_too = false;        ///< Also the settings that an admin stored.
    bool despite_dependents = false;  ///< Also when others are refused without it.
    audit::origin by{};               ///< For the audit.
};

struct removed_plugin {
    std::filesystem::path folder;    ///< Empty for one that was missing.
    std::filesystem::path used_now;  ///< Another folder of that name, in a later root; empty when there is none.
    std::int64_t rooms_forgotten = 0;
    std::int64_t rooms_waiting = 0;
    std::int64_t tasks_dropped = 0;
    std::vector<std::string> refused;  ///< Those that need it, also by way of others.
};

/// Takes a plugin out of its root, in one step, and removes its folder; one that is missing is forgotten. What is remembered of it goes
/// with it, unless its rooms wait for it. The records change in one transaction, after the folder is away: a supervisor at work
/// sees it go, and the plugin's worker finishes its rooms. Whatever fails, the plugin is as it was.
///
/// Throws message::error: PLUGIN_UNKNOWN, PLUGIN_IN_USE (undecided), PLUGIN_UNINSTALL_HIDDEN for one that may be in a root that
/// nobody can look into, PLUGIN_UNINSTALL_DEPENDENTS, STORE_..., and what plugin::staging throws.
removed_plugin uninstall(host& of, const removal_order& order);

}  // namespace commhost::worker
