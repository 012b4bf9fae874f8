#pragma once

#include "plugin/content_cache.hpp"
#include "plugin/dependencies.hpp"
#include "plugin/discovery.hpp"
#include "plugin/plugin_memory.hpp"
#include "plugin/prober.hpp"
#include "plugin/signed_content.hpp"
#include "store/clock.hpp"
#include "store/database.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// Reads the shared object of a plugin that has no problem yet and, if it is to run, has it loaded once. Empty when it did
/// not run. Throws what the prober does.
std::optional<probe_report> try_out(plugin_entry& entry, const prober& with, bool run);

/// A look under way, for the registry: its functions are its steps, in this order. One thread.
class looking {
  public:
    /// found: find_plugins' answer. only: the plugin that is asked for, which leaves it and what it depends on; empty for all.
    looking(std::vector<found_plugin>&& found, std::string_view only, store::database& database,
            const store::clock& clock, const store::clock& of_files);

    /// Gives each plugin that has no problem yet the checksums of its files and a key for its report.
    void read_contents(const host_version& host);

    void judge_signatures(trust_policy policy, std::span<const trusted_key> trusted);

    /// Has those loaded once that are to be and of which nothing is known, several at the same time, each behind those that
    /// it depends on; gives every plugin its state. in_any_case: the name of one that is loaded, disabled or known or not.
    void try_all(const prober& with, const plugin_memory& known, std::string_view in_any_case);

    /// Keeps what an overview may take the next time, unless all of it was taken from there now. Of all plugins, once they have
    /// their states.
    void keep_overview(const host_version& host);

    /// What was found, each behind those that it depends on, with the problems that were no plugin's.
    plugin_set take() &&;

  private:
    struct trial;

    template <class Write>
    void keep(Write&& write);

    store::database& database_;
    const store::clock& clock_;
    const store::clock& file_clock_;
    std::vector<plugin_entry> entries_;
    std::vector<folder_files> files_;
    std::vector<std::string> kept_;  ///< The lines of those that were taken from what is kept; of others empty.
    std::vector<std::string> keys_;  ///< Of their reports; empty for one that has a problem or is kept.
    dependency_order order_;
    std::vector<problem> problems_;
};

}  // namespace commhost::plugin
