#pragma once

#include "plugin/binary.hpp"
#include "plugin/capability.hpp"
#include "plugin/manifest.hpp"
#include "plugin/prober.hpp"
#include "plugin/problem.hpp"
#include "plugin/settings_schema.hpp"
#include "plugin/strings.hpp"
#include "store/clock.hpp"
#include "store/database.hpp"

#include <sys/types.h>

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
    capability_list capabilities;   ///< Found by the probe.
    std::vector<problem> problems;  ///< Why it is refused.
    std::vector<problem> notices;   ///< What does not stop it: a second folder of its name, an untried host version.

    /// The shared object in its folder.
    std::filesystem::path library() const;
};

/// All the plugins of one look.
struct plugin_set {
    std::vector<plugin_entry> plugins;  ///< A plugin stands behind those it depends on; else in alphabetical order.
    std::vector<problem> problems;        ///< Of the roots themselves.

    /// Null when there is none of that name.
    const plugin_entry* find(std::string_view name) const;
};

/// What the registry is given.
struct registry_settings {
    /// Folders that hold plugin folders. An earlier one wins where two hold the same name. One that is not there is
    /// passed over.
    std::vector<std::filesystem::path> roots;
    host_version host;   ///< This program's own version.
    uid_t service_user;  ///< Who, besides root, may own a plugin's files.
};

/// Finds plugin folders, decides which can be used and remembers what the admin wants of each (tables plugin_state,
/// plugin_probe). Runs no plugin code itself: that is the prober's, in a child. Any thread.
class registry {
  public:
    registry(registry_settings settings, store::database& database, const prober& prober, const store::clock& clock);

    /// Looks at every folder anew. A probe whose result is known from the content's hash is not repeated; a refusal by the
    /// probe is forgotten after ten minutes, since its cause may lie outside of the folder. A bad plugin is an entry with its
    /// problems and never hides another. Throws message::error: STORE_..., PROBE_START.
    plugin_set look() const;

    /// The same, with the results known for one plugin forgotten first.
    plugin_set probe_again(std::string_view name) const;

    /// Checks a folder that need not lie below a root, as look() would, for whoever is about to install it. Dependencies and
    /// path are not checked. Keeps nothing.
    plugin_entry examine(const std::filesystem::path& folder) const;

    /// Throws message::error (PLUGIN_UNKNOWN) for a name that is neither found nor remembered.
    void enable(std::string_view name);
    void disable(std::string_view name);

    /// Forgets a plugin that is missing from disk. Throws PLUGIN_UNKNOWN.
    void forget(std::string_view name);

  private:
    registry_settings settings_;
    store::database& database_;
    const prober& prober_;
    const store::clock& clock_;
};

/// "communication_matrix" from "matrix".
std::string component_of(std::string_view name);

}  // namespace commhost::plugin
