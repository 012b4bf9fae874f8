#pragma once

#include "plugin/capability.hpp"
#include "plugin/checksums.hpp"
#include "plugin/manifest.hpp"
#include "plugin/problem.hpp"
#include "plugin/quarantine.hpp"
#include "plugin/sealed_library.hpp"
#include "plugin/settings_schema.hpp"
#include "plugin/strings.hpp"
#include "store/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

enum class plugin_state : std::uint8_t {
    enabled,      ///< Used.
    upgrade,      ///< Used likewise; a newer version than the one that a worker last began with.
    quarantined,  ///< Could be used; no worker begins for a while, since its workers died again and again.
    disabled,     ///< Could be used; an admin switched it off.
    refused,      ///< Is there and cannot be used: problems say why.
    missing,      ///< Was there once and is not there now.
};

std::string_view to_string(plugin_state which);

/// Whether nothing is wrong with the plugin and nobody switched it off: enabled, upgrade, quarantined. That a worker of the last
/// must not begin yet is the supervisor's to heed; what it is needed for, and what looks at it, goes on.
bool is_sound(plugin_state which);

/// One plugin as the last look found it. What was not reached because an earlier step refused it is empty.
struct plugin_entry {
    std::string name;       ///< The folder's: "matrix".
    std::string component;  ///< "communication_matrix"
    plugin_state state = plugin_state::missing;
    std::filesystem::path folder;  ///< Resolved once it is trusted.
    std::filesystem::path root;    ///< In which it lies, as the settings name it; of one that is missing the last one.
    std::optional<plugin::manifest> manifest;
    settings_schema settings;
    std::shared_ptr<const string_tables> strings;
    checksums content;                ///< Of every file in the folder, as it was looked at; what may be loaded.
    std::string signed_by;            ///< The id of the trusted key; empty when none or when nobody looked.
    capability_list capabilities;     ///< Found by the probe.
    std::vector<problem> problems;    ///< Why it is refused or quarantined; of a disabled one, why it would be.
    std::vector<problem> notices;     ///< What does not stop it: a second folder of its name, an untried host version.
    std::int64_t version_in_use = 0;  ///< That a worker last began with; 0 when none did.
    std::optional<plugin::quarantine> quarantine;
    std::optional<store::milliseconds_utc> missing_since;  ///< When it was first missed; only of one that is missing.
    bool disabled = false;  ///< An admin switched it off; of one that is missing: it comes back disabled.

    /// The shared object in its folder.
    std::filesystem::path library() const;
};

/// All the plugins of one look.
struct plugin_set {
    std::vector<plugin_entry> plugins;  ///< A plugin stands behind those it depends on; else in alphabetical order.
    std::vector<problem> problems;      ///< Of the roots themselves, and what could not be kept for the next look.

    /// Null when there is none of that name.
    const plugin_entry* find(std::string_view name) const;
};

/// The plugin's shared object, with the very content that was looked at. Throws message::error: PLUGIN_CHANGED when the file has
/// another one by now, PLUGIN_BINARY_READ.
sealed_library seal(const plugin_entry& of);

/// The shared object of the plugin in this folder: "libcommunication_matrix.so" in "matrix".
std::filesystem::path library_in(const std::filesystem::path& folder);

}  // namespace commhost::plugin
