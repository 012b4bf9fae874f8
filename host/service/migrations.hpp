#pragma once

#include "store/migration.hpp"

#include <span>

namespace commhost::service {

/// The table of room_values.hpp.
std::span<const store::migration> migrations();

}  // namespace commhost::service
