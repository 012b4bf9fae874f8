#pragma once

#include "roster/roster.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace commhost::roster {

enum class source_format : std::uint8_t { oneroster_folder, oneroster_zip, json_document, plan };

/// What a path holds: a folder, a file that begins like a zip or as a plan does (plan_json.hpp), or another one whose first
/// character is "{".
/// Throws message::error: ROSTER_SOURCE (nothing of these), ROSTER_READ (not there or not readable).
source_format format_of(const std::filesystem::path& path);

/// Reads whatever it is, but for a plan, which is no source (ROSTER_SOURCE). Throws message::error when the source is
/// refused as a whole.
roster read_source(const std::filesystem::path& path, const reading& how = {});

/// SHA-256 of a source: of a file its content, of a folder the names and contents of the files in it, in the order of their
/// names. Throws message::error (ROSTER_READ).
std::string digest_of(const std::filesystem::path& path);

}  // namespace commhost::roster
