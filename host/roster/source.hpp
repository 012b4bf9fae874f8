#pragma once

#include "roster/roster.hpp"

#include <cstdint>
#include <filesystem>

namespace commhost::roster {

enum class source_format : std::uint8_t { oneroster_folder, oneroster_zip, json_document };

/// What a path holds: a folder, a file that begins like a zip, or one whose first character is "{".
/// Throws message::error: ROSTER_SOURCE (nothing of these), ROSTER_READ (not there or not readable).
source_format format_of(const std::filesystem::path& path);

/// Reads whatever it is. Throws message::error when the source is refused as a whole.
roster read_source(const std::filesystem::path& path, const reading& how = {});

}  // namespace commhost::roster
