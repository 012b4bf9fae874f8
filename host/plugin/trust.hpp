#pragma once

#include <sys/types.h>

#include <filesystem>

namespace commhost::plugin {

/// Sees to it that nobody but root and the service's user can have put something into a plugin folder or can change it:
/// after resolving links the folder lies right below the root; root folder, plugin folder and everything in it belong to
/// root or to user and are not writable by group or others; everything in it is a plain file or a folder, or a link to
/// one inside. Returns the folder's resolved path. Reads no file.
///
/// Throws message::error: PLUGIN_OUTSIDE_ROOT, PLUGIN_OWNER, PLUGIN_WRITABLE, PLUGIN_FILE_KIND, PLUGIN_FOLDER_SIZE,
/// PLUGIN_FOLDER_READ.
std::filesystem::path trusted_folder(const std::filesystem::path& folder, const std::filesystem::path& root,
                                     uid_t user);

/// Likewise for a root alone.
void trusted_root(const std::filesystem::path& root, uid_t user);

}  // namespace commhost::plugin
