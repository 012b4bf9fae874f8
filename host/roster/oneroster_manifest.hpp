#pragma once

#include "roster/package.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace commhost::roster {

/// How much of what there is a file of a package holds (OneRoster CSV, "manifest.csv").
enum class mode : std::uint8_t { absent, bulk, delta };

/// What the manifest says of one file, and in which line.
struct declaration {
    mode as = mode::absent;
    std::size_t line = 0;
};

struct manifest {
    std::string file;                          ///< Its name as spelled in the package.
    std::map<std::string, declaration> files;  ///< By name in lower case, without ".csv".

    /// mode::absent when it says nothing.
    declaration of(const std::string& name) const;
};

/// Throws message::error: ROSTER_NO_MANIFEST, ROSTER_MODE, ROSTER_VERSION and those of csv_table and package.
manifest read_manifest(const package& from);

}  // namespace commhost::roster
