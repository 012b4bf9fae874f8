#pragma once

#include "store/clock.hpp"

#include <cstdint>
#include <optional>

namespace commhost::directory {

/// That a source which named something does not do so any more, while that is not yet believed.
struct absence {
    std::int64_t reads = 0;                          ///< Complete reads in a row without it; 0: it is named.
    std::optional<store::milliseconds_utc> since{};  ///< The first of them.

    friend bool operator==(const absence&, const absence&) = default;
};

}  // namespace commhost::directory
