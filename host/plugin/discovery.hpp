#pragma once

#include "plugin/folder_files.hpp"
#include "plugin/host_version.hpp"
#include "plugin/kept_plugins.hpp"
#include "plugin/plugin_entry.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace commhost::plugin {

/// Where plugins are looked for, and for whom.
struct discovery_settings {
    /// Folders that hold plugin folders. An earlier one wins where two hold the same name. One that is not there is
    /// passed over.
    std::vector<std::filesystem::path> roots;
    host_version host;  ///< This program's own version.
    std::vector<uid_t>
        owners;  ///< Who, besides root, may own a plugin's files: the service's user, those an admin names.
};

/// A plugin as far as its path, its manifest, settings and strings tell, without its dependencies.
struct found_plugin {
    plugin_entry entry;
    folder_files files;  ///< Without any when the path is not trusted, or it was taken from what is kept.
    std::string kept;    ///< That (kept_plugin::line) when it was: then the entry is what an overview has.
};

/// One plugin folder right below this root, be it one of the settings or not. Reads no shared object. Any thread.
found_plugin inspect_plugin(const std::filesystem::path& folder, const std::filesystem::path& root,
                            const discovery_settings& settings);

/// The plugins of all roots by name. A bad plugin is an entry with its problems and never hides another. problems:
/// those of the roots themselves are added. kept: what may be taken from there is not read. unusable: where it is given, the
/// roots with such a problem are added, of whose plugins nothing is known. Reads no shared object. Any thread.
std::vector<found_plugin> find_plugins(const discovery_settings& settings, std::vector<problem>& problems,
                                       const kept_plugins& kept = {},
                                       std::vector<std::filesystem::path>* unusable = nullptr);

/// Why nobody can look for plugins in this root now, be it that it is not there; nothing when one can. Any thread.
std::optional<problem> why_hidden(const std::filesystem::path& root, std::span<const uid_t> owners);

}  // namespace commhost::plugin
