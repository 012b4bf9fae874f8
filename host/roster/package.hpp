#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::roster {

/// No file of a package may be larger, packed or not; a zip may not hold more than four times this in all.
inline constexpr std::size_t largest_file = std::size_t{256} << 20;

/// The files of an OneRoster package: those beside its manifest.csv, which may lie in a subfolder. Names are matched
/// without regard to case. One thread at a time.
class package {
  public:
    virtual ~package() = default;

    /// The name of a file as it is spelled in the package, found by its name in lower case.
    virtual std::optional<std::string> find(std::string_view lower_name) const = 0;

    /// All of a file's bytes; name as find gave it. Throws message::error (ROSTER_READ, ROSTER_SIZE, ROSTER_ZIP).
    virtual std::string read(const std::string& name) const = 0;
};

/// Opens a folder or a zip file. A zip is read in memory and never unpacked to disk.
/// Throws message::error: ROSTER_NO_MANIFEST, ROSTER_FILE_TWICE (two names differ in case alone, or two folders hold a
/// manifest), ROSTER_ZIP (no sound zip, or a path that leads out of it), ROSTER_SIZE, ROSTER_READ.
std::unique_ptr<package> open_package(const std::filesystem::path& path);

/// A whole file. Throws message::error (ROSTER_READ, ROSTER_SIZE when it is larger than limit).
std::string read_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace commhost::roster
