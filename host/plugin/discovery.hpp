#pragma once

#include "plugin/host_version.hpp"
#include "plugin/plugin_entry.hpp"

#include <sys/types.h>

#include <filesystem>
#include <span>
#include <vector>

namespace commhost::plugin {

/// Where plugins are looked for, and for whom.
struct discovery_settings {
    /// Folders that hold plugin folders. An earlier one wins where two hold the same name. One that is not there is
    /// passed over.
    std::vector<std::filesystem::path> roots;
    host_version host;   ///< This program's own version.
    uid_t service_user;  ///< Who, besides root, may own a plugin's files.
};

/// The plugins of all roots by name, each as far as its path, its manifest, settings and strings tell, without its
/// dependencies: a bad plugin is an entry with its problems and never hides another. problems: those of the roots themselves
/// are added. Reads no shared object. Any thread.
std::vector<plugin_entry> find_plugins(const discovery_settings& settings, std::vector<problem>& problems);

}  // namespace commhost::plugin
