#pragma once

#include <filesystem>

namespace commhost::plugin {

/// Puts the plugin that source holds below into, in a folder of the plugin's name, and gives that folder: its files are written
/// anew and belong to this user, links became the files that they lead to, and nobody else can write to them. Nothing of it is
/// read but for the name, and nothing judged.
///
/// source: a folder, or an archive (unpack_archive). The plugin's files lie in it, or in the one folder that is in it. The plugin
/// has that folder's name; where this is none that a plugin can have ("mychat-1.0"), that of the component in version.json.
///
/// Throws message::error: PLUGIN_PACKAGE_READ, PLUGIN_PACKAGE_ENTRY, PLUGIN_PACKAGE_SIZE, PLUGIN_PACKAGE_LAYOUT, PLUGIN_INSTALL_WRITE;
/// PLUGIN_CHANGED for a folder that changes meanwhile, and what list_files and read_manifest throw.
std::filesystem::path unpack(const std::filesystem::path& source, const std::filesystem::path& into);

}  // namespace commhost::plugin
