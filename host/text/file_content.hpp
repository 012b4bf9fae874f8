#pragma once

#include "text/descriptor.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::text {

/// A plain file, opened to be read. Throws std::system_error: what the system said, EINVAL when it is no plain file (a pipe
/// would block whoever reads it).
descriptor open_plain_file(const std::filesystem::path& file);

/// What is in a folder, in the order of the names, so that a report is the same on every machine. One that is not there, or
/// cannot be read, has nothing.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

/// Gives a plain file to take piece by piece. Throws std::system_error as open_plain_file.
void read_pieces(const std::filesystem::path& file, const std::function<void(std::string_view)>& take);

/// The whole of a plain file. Throws std::system_error as read_pieces, and EFBIG when it has more than at_most bytes.
std::string read_file(const std::filesystem::path& file, std::size_t at_most);

}  // namespace commhost::text
