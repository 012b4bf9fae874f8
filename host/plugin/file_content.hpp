#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// The whole of a plain file. Throws std::system_error: what the system said, EFBIG when it has more than at_most bytes,
/// EINVAL when it is no plain file (a pipe would block whoever reads it).
std::string read_file(const std::filesystem::path& file, std::size_t at_most);

/// SHA-256, as 64 hexadecimal digits.
std::string sha256(std::string_view content);

/// Likewise of a plain file of any size. Throws std::system_error as read_file.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace commhost::plugin
