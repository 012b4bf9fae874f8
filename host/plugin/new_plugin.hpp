#pragma once

#include "store/clock.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// A file of a new plugin.
struct new_file {
    std::string path;  ///< In the plugin's folder: "lang/en/communication_example.json".
    std::string content;
};

/// The files of sdk/template, as they are for a plugin of this name, by path. The manifest's version is that of the day.
/// Throws message::error PLUGIN_NEW_NAME when name is none (plugin/name.hpp).
std::vector<new_file> new_plugin(std::string_view name, store::milliseconds_utc now);

/// Writes them into folder, which is not there or empty; the folder above it is there. All or nothing: what it could not
/// finish it takes away again. Returns the folder's whole path. Throws message::error PLUGIN_NEW_OCCUPIED, PLUGIN_NEW_WRITE.
std::filesystem::path write_new_plugin(const std::filesystem::path& folder, const std::vector<new_file>& files);

}  // namespace commhost::plugin
