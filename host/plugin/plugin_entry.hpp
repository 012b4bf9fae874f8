#pragma once

#include "plugin/capability.hpp"
#include "plugin/checksums.hpp"
#include "plugin/manifest.hpp"
#include "plugin/problem.hpp"
#include "plugin/sealed_library.hpp"
#include "plugin/settings_schema.hpp"
#include "plugin/strings.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

enum class plugin_state : std::uint8_t {
    enabled,   ///< Used.
    disabled,  ///< Could be used; an admin switched it off.
    refused,   ///< Is there and cannot be used: problems say why.
    missing,   ///< Was there once and is not there now.
};

std::string_view to_string(plugin_state which);

/// One plugin as the last look found it. What was not reached because an earlier step refused it is empty.
struct plugin_entry {
    std::string name;       ///< The folder's: "matrix".
    std::string component;  ///< "communication_matrix"
    plugin_state state = plugin_state::missing;
    std::filesystem::path folder;  ///< Resolved once it is trusted.
    std::optional<plugin::manifest> manifest;
    settings_schema settings;
    std::shared_ptr<const string_tables> strings;
    checksums content;              ///< Of every file in the folder, as it was looked at; what may be loaded.
    std::string signed_by;          ///< The id of the trusted key; empty when none or when nobody looked.
    capability_list capabilities;   ///< Found by the probe.
    std::vector<problem> problems;  ///< Why it is refused; of a disabled one, why it would be.
    std::vector<problem> notices;   ///< What does not stop it: a second folder of its name, an untried host version.

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
