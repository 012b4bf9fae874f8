#pragma once

#include "plugin/folder_files.hpp"
#include "plugin/problem.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// SHA-256, as 64 hexadecimal digits, of each file by its name below the folder.
using checksums = std::map<std::string, std::string, std::less<>>;

inline constexpr std::string_view checksum_file = "SHA256SUMS";
inline constexpr std::string_view signature_file = "SHA256SUMS.minisig";

/// As the tool sha256sum writes them (GNU coreutils manual, "cksum output modes"), by name.
std::string to_text(const checksums& sums);

/// Reads what sha256sum writes, in text and in binary mode, a leading "./" left out of the names. file: what errors
/// call it. Throws message::error (CHECKSUM_LINE) with the line.
checksums parse_checksums(std::string_view text, const std::filesystem::path& file);

/// Reads all files of a folder. Throws message::error (PLUGIN_FOLDER_READ).
checksums checksums_of(const folder_files& files);

/// What keeps stated from being true of a folder that holds found: files that differ, that are missing, that nobody
/// stated. The two files of the signature are not expected to be stated. One problem for each of the three, naming the
/// files.
std::vector<problem> compare_checksums(const checksums& stated, const checksums& found,
                                       const std::filesystem::path& folder);

}  // namespace commhost::plugin
