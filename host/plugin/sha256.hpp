#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// SHA-256, as 64 hexadecimal digits.
std::string sha256(std::string_view content);

/// Likewise of a plain file of any size. Throws std::system_error as text::read_pieces.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace commhost::plugin
