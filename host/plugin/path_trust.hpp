#pragma once

#include "plugin/folder_files.hpp"

#include <sys/types.h>

#include <filesystem>
#include <span>

namespace commhost::plugin {

/// Sees to it that nobody but root and the owners can have put something into a plugin folder or can change it: after
/// resolving links the folder lies right below the root; it and everything in it belong to root or to one of owners,
/// are not writable by group or others and not set-uid or set-gid; everything in it is a plain file or a folder, or a
/// link to a file inside. Returns what lies in it. Reads no file.
///
/// Throws message::error: PLUGIN_OUTSIDE_ROOT, PLUGIN_OWNER, PLUGIN_WRITABLE, PLUGIN_SET_ID, and what list_files
/// throws.
folder_files trusted_folder(const std::filesystem::path& folder, const std::filesystem::path& root,
                            std::span<const uid_t> owners);

/// Likewise for a folder as such and for every folder above it up to "/", in any of which somebody could put another in
/// its place. One that others can write to is taken when it is sticky, as /tmp is: there nobody moves what is not
/// theirs. Also for the folder of trusted keys.
void trusted_root(const std::filesystem::path& root, std::span<const uid_t> owners);

/// Whether one entry alone is such, by what lstat says of it.
bool is_trusted(const struct stat& status, std::span<const uid_t> owners);

/// Likewise; throws why it is not: PLUGIN_OWNER, PLUGIN_WRITABLE, PLUGIN_SET_ID.
void trusted_entry(const std::filesystem::path& path, const struct stat& status, std::span<const uid_t> owners);

}  // namespace commhost::plugin
