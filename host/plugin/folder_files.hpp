#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace commhost::plugin {

/// A plain file of a plugin folder as the system describes it, or a link to one of the same folder.
struct folder_file {
    std::string name;  ///< Below the folder: "lang/en/communication_example.json".
    std::uint64_t device = 0;
    std::uint64_t number = 0;  ///< Its inode's.
    std::uint64_t size = 0;
    std::int64_t modified = 0;  ///< Nanoseconds since 1970, UTC.
    std::int64_t changed = 0;   ///< Likewise; no program can set it.
};

/// One as lstat describes it.
folder_file described(std::string name, const struct stat& status);

/// The most that a plugin folder may hold: files and folders, and what is in the files.
inline constexpr int most_folder_entries = 1000;
inline constexpr std::uint64_t most_folder_mebibytes = 256;

/// What lies in a plugin folder, without having read it.
struct folder_files {
    std::filesystem::path folder;    ///< Resolved.
    std::vector<folder_file> files;  ///< By name.
    std::vector<folder_file>
        folders;  ///< The folder itself, whose name is empty, and those below it. Not in the signature.
    bool has_links = false;

    /// Differs as soon as a file is written, replaced, added, removed or renamed, unless that happens within the same
    /// tick of the system's clock: see newest().
    std::string signature() const;

    /// When the last of them, files and folders, was modified or changed, in nanoseconds since 1970.
    std::int64_t newest() const;
};

/// Looks at everything in a folder, subfolders too; links are not followed out of it. check: called for the folder and
/// each entry, with what lstat says; it throws when it refuses one.
/// Throws message::error: PLUGIN_FILE_NAME (a name that is not UTF-8 or has control characters), PLUGIN_FILE_KIND (neither
/// file nor folder, or a link to something else than a file), PLUGIN_OUTSIDE_ROOT (a link out of the folder),
/// PLUGIN_FOLDER_SIZE (more than most_folder_entries or most_folder_mebibytes), PLUGIN_FOLDER_READ.
folder_files list_files(const std::filesystem::path& folder,
                        const std::function<void(const std::filesystem::path&, const struct stat&)>& check = {});

/// lstat. Throws message::error (PLUGIN_FOLDER_READ).
struct stat status_of(const std::filesystem::path& path);

/// Without links. Throws message::error (PLUGIN_FOLDER_READ).
std::filesystem::path resolved_path(const std::filesystem::path& path);

}  // namespace commhost::plugin
