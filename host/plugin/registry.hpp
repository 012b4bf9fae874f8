#pragma once

#include "plugin/discovery.hpp"
#include "plugin/plugin_entry.hpp"
#include "plugin/prober.hpp"
#include "plugin/signed_content.hpp"
#include "plugin/trusted_keys.hpp"
#include "store/clock.hpp"
#include "store/database.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// What a plugin's signature was found to be worth.
struct checked_signature {
    std::string name;
    std::filesystem::path folder;
    signature_verdict verdict;
};

/// Finds plugin folders, decides which can be used and remembers what the admin wants of each (tables plugin_state,
/// plugin_probe). Runs no plugin code itself: that is the prober's, in a child. Any thread.
class registry {
  public:
    registry(discovery_settings settings, trust_settings trust, store::database& database, const prober& prober,
             const store::clock& clock);

    /// of_files: the clock by which this machine's file systems date files, where clock is another one's.
    registry(discovery_settings settings, trust_settings trust, store::database& database, const prober& prober,
             const store::clock& clock, const store::clock& of_files);

    /// Looks at every folder anew. A probe whose result is known from the content's hash is not repeated; a refusal by
    /// the probe is forgotten after ten minutes, since its cause may lie outside of the folder. A bad plugin is an
    /// entry with its problems and never hides another; a disabled one is not probed. Several are probed at the same time,
    /// as many as the machine has processors, and at least two. That what was found cannot be kept for the next look is one of the set's
    /// problems. Throws message::error: STORE_..., PROBE_START.
    plugin_set look() const;

    /// What look() says, but for settings, strings and content, and of the manifest what it sends to others, by whom it can be
    /// used and how it is described: of plugins in whose folders nothing has moved since an earlier overview these are empty,
    /// and nothing of them is read. Where signatures are looked at, the same as look().
    plugin_set overview() const;

    /// What look() says of one plugin: of the others, only those that it depends on are read and probed. Empty for a name
    /// that is neither found nor remembered. One that is missing has the problems of the roots.
    std::optional<plugin_entry> find(std::string_view name) const;

    /// Likewise, but this plugin is probed in any case, disabled or known or not.
    std::optional<plugin_entry> probe_again(std::string_view name) const;

    /// Checks a folder that need not lie below a root, as look() would, for whoever is about to install it.
    /// Dependencies and path are not checked. Keeps nothing.
    plugin_entry examine(const std::filesystem::path& folder) const;

    /// What look() would say of the plugin in this folder, a staging's, if it lay in the place of the one of its name that is found
    /// now, be that disabled, newer or quarantined: path, dependencies, policy and all. probe: loads it in any case, and not
    /// only when nothing is known of its content. Keeps nothing but what the probe found.
    plugin_entry preview(const std::filesystem::path& folder, bool probe) const;

    /// Who may own plugins besides root.
    std::span<const uid_t> owners() const { return settings_.owners; }

    /// The checksums and signatures of the folders of this name, or of all when it is empty, whatever the policy is:
    /// read anew and not known from an earlier look. A folder that cannot be trusted or read has that as its fault.
    /// Throws PLUGIN_UNKNOWN.
    std::vector<checked_signature> check_signatures(std::string_view name) const;

    /// Those that the settings name; to change them is the admin's.
    trusted_keys keys() const;

    /// Whether a plugin of that name is in a root or remembered. Reads nothing of it.
    bool knows(store::connection& on, std::string_view name) const;

    /// From now on the version that was found is the one in use, be it older than the one that was.
    void accept(store::connection& within, const plugin_entry& entry) const;

    /// To enable a plugin ends its quarantine, too. Both throw message::error (PLUGIN_UNKNOWN) for a name that it does not
    /// know.
    void enable(store::connection& within, std::string_view name) const;
    void disable(store::connection& within, std::string_view name) const;

    /// Forgets a plugin that is missing from disk. Throws PLUGIN_UNKNOWN.
    void forget(std::string_view name);

  private:
    plugin_set look_at(std::string_view only, std::string_view probe_in_any_case, bool overview = false) const;
    void require_known(store::connection& on, std::string_view name) const;

    discovery_settings settings_;
    trust_settings trust_;
    store::database& database_;
    const prober& prober_;
    const store::clock& clock_;
    const store::clock& file_clock_;
};

}  // namespace commhost::plugin
