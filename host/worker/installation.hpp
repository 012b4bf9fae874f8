#pragma once

#include "plugin/plugin_entry.hpp"
#include "worker/host.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker {

/// What an installation has come to. A process that is killed at any of them leaves the old plugin whole, or the new one.
enum class install_step : std::uint8_t {
    unpacked,  ///< In the root's staging folder.
    examined,  ///< As a look would, with a probe.
    tried,     ///< A worker began with it, or could not for want of settings.
    in_place,  ///< The old one is kept.
};

struct install_order {
    std::filesystem::path source;     ///< See plugin::unpack.
    std::filesystem::path root;       ///< One of the plugin roots; empty for the last, which is the admin's own.
    bool downgrade = false;           ///< Also when it is older than the version in use.
    bool despite_dependents = false;  ///< Also when others are refused with it, which need a newer version.
    std::vector<std::string> worker_command;       ///< As supervisor_settings::worker_command.
    std::chrono::milliseconds trial_time{30'000};  ///< See try_worker.
    std::function<void(install_step)> reached = [](install_step) {};
};

enum class install_end : std::uint8_t {
    installed,
    replaced,   ///< Another version or content was in its place.
    unchanged,  ///< The same content was in its place.
    refused,    ///< The entry's problems say why.
};

std::string_view to_string(install_end which);

struct installed_plugin {
    install_end end{};
    plugin::plugin_entry entry;        ///< As a look finds it in its place, or found what was refused.
    std::string release_before;        ///< Of what was in its place; empty where that does not say.
    std::vector<std::string> refused;  ///< Those that need a newer version than this one.
};

/// Puts a plugin into a root: unpacks it into the root's staging folder, looks at it there as at any plugin, has a worker begin with it,
/// and only then puts it in its place, in one step; what was there is kept until a look has found the new one to be usable, or
/// else put back. A supervisor at work finds it by itself, and has its workers finish their rooms with the old one.
///
/// A plugin whose required settings are not all set is not tried, which one of its notices says (WORKER_SETTINGS). One that
/// is disabled stays so. Call it in the main thread.
///
/// Throws message::error: PLUGIN_INSTALL_ROOT, PLUGIN_INSTALL_SHADOWED, PLUGIN_INSTALL_OLDER, PLUGIN_INSTALL_DEPENDENTS,
/// PLUGIN_INSTALL_UNDONE, WORKER_TRIAL, WORKER_START, PROBE_START, STORE_..., and what plugin::unpack and plugin::staging throw. Nothing is changed then.
installed_plugin install(host& of, const install_order& order);

}  // namespace commhost::worker
