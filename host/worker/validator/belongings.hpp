#pragma once

#include <cstddef>
#include <set>

namespace commhost::worker::validator {

/// What this process has of what a plugin may leave behind.
struct belongings {
    std::size_t threads = 0;
    std::set<int> descriptors;
};

/// As of now. Throws std::system_error where /proc does not tell.
belongings own_belongings();

}  // namespace commhost::worker::validator
