#pragma once

#include "store/migration.hpp"

#include <vector>

namespace commhost::worker {

/// The tables of all rooms, in the order in which they are made.
std::vector<store::migration> all_migrations();

}  // namespace commhost::worker
