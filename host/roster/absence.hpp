#pragma once

#include "directory/absence.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace commhost::roster {

/// When whatever a full roster does not name any more is taken for gone: with the first of these that holds. What a source
/// names as removed goes at once.
struct absence_rules {
    std::optional<std::int64_t> after_reads = 1;       ///< Complete reads in a row without it, from 1.
    std::optional<std::chrono::milliseconds> after{};  ///< So long after the first of them, at a read.
};

/// A complete read at that time has not named it: the mark that it gets, or nothing when it is gone. Where that read is the one
/// before it again, it counts as no further one of what was missing from it already; the time counts all the same.
std::optional<directory::absence> missed_again(const directory::absence& before, const absence_rules& rules,
                                               store::milliseconds_utc now, bool same_read = false);

}  // namespace commhost::roster
