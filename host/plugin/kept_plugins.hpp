#pragma once

#include "plugin/folder_files.hpp"
#include "plugin/host_version.hpp"
#include "plugin/plugin_entry.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"
#include "text/descriptor.hpp"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// What is kept of a plugin that had nothing wrong with it.
struct kept_plugin {
    plugin_entry entry;  ///< What an overview has (registry::overview), but for its folder and its state.
    std::string line;    ///< As it is kept, with how its folder looked.
};

/// What earlier overviews found in the roots (table plugin_overview), so that a folder that looks as it did costs a few calls of
/// lstat and no file is opened. A part of no check: a folder is taken from here only as long as every folder and file in it is
/// the one that was checked and read, unchanged.
class kept_plugins {
  public:
    /// None are kept.
    kept_plugins() = default;

    /// What is kept of these roots by this version of the host; what another one kept, or was kept too long ago, is passed over.
    /// Throws message::error (STORE_...).
    kept_plugins(store::connection& on, std::span<const std::filesystem::path> roots, const host_version& host,
                 store::milliseconds_utc now);

    /// The plugin in the folder of this name in a root, if everything in it looks as it did, and nothing of it could have been
    /// changed by others than root and the owners; nothing otherwise. Any thread.
    std::optional<kept_plugin> find_unchanged(const std::filesystem::path& root, std::string_view name,
                                              std::span<const uid_t> owners) const;

  private:
    struct kept_root {
        text::descriptor folder;
        std::string text;
        std::map<std::string_view, std::string_view> lines;  ///< Of text, by the names of the plugins.
    };
    std::map<std::string, kept_root, std::less<>> roots_;
};

/// Whether an overview may take this plugin from what is kept: nothing is wrong with it, nothing in its folder was changed so
/// lately that it could change once more unseen (is_settled), and the folder has no links.
bool can_be_kept(const plugin_entry& entry, const folder_files& files, store::milliseconds_utc now);

/// A plugin that can be kept.
struct plugin_to_keep {
    const plugin_entry* entry;
    const folder_files* files;
    std::string_view line;  ///< Of one that was taken from what is kept; of another one empty.
};

/// Keeps these in the place of all that was kept before. Throws message::error (STORE_...).
void keep_plugins(store::connection& on, std::span<const plugin_to_keep> plugins, const host_version& host,
                  store::milliseconds_utc now);

/// Because a plugin was probed anew. Throws message::error (STORE_...).
void forget_kept_plugins(store::connection& on);

}  // namespace commhost::plugin
