#pragma once

#include "plugin/checksums.hpp"
#include "plugin/folder_files.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>

namespace commhost::plugin {

/// The checksums of folders that were read before, by folder_files::signature (table plugin_content), so that a folder
/// is read once and then only looked at.
using known_contents = std::map<std::string, checksums, std::less<>>;

/// Those of these signatures that are known; an empty one is none. Throws message::error (STORE_...), and so does keep_contents.
known_contents find_contents(store::connection& on, std::span<const std::string> signatures);

/// Keeps them, and drops what was read more than 90 days ago.
void keep_contents(store::connection& on, const known_contents& fresh, store::milliseconds_utc now);

/// Whether a folder's signature may stand for its content: only when all of it was changed long enough before it was
/// read. A file that is written twice within one tick of the file system's clock looks the same after both (as in git,
/// Documentation/technical/racy-git.txt); two seconds are the coarsest tick in use, that of FAT.
bool is_settled(const folder_files& files, store::milliseconds_utc read_at);

}  // namespace commhost::plugin
