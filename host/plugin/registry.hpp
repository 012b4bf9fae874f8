#pragma once

#include "plugin/discovery.hpp"
#include "plugin/plugin_entry.hpp"
#include "plugin/prober.hpp"
#include "store/clock.hpp"
#include "store/database.hpp"

#include <filesystem>
#include <string_view>

namespace commhost::plugin {

/// Finds plugin folders, decides which can be used and remembers what the admin wants of each (tables plugin_state,
/// plugin_probe). Runs no plugin code itself: that is the prober's, in a child. Any thread.
class registry {
  public:
    registry(discovery_settings settings, store::database& database, const prober& prober, const store::clock& clock);

    /// Looks at every folder anew. A probe whose result is known from the content's hash is not repeated; a refusal by the
    /// probe is forgotten after ten minutes, since its cause may lie outside of the folder. A bad plugin is an entry with its
    /// problems and never hides another; a disabled one is not probed. Throws message::error: STORE_..., PROBE_START.
    plugin_set look() const;

    /// The same, but one plugin is probed in any case, disabled or known or not.
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
    plugin_set look_with(std::string_view probe_in_any_case) const;
    void require_known(std::string_view name) const;

    discovery_settings settings_;
    store::database& database_;
    const prober& prober_;
    const store::clock& clock_;
};

}  // namespace commhost::plugin
