#pragma once

#include "store/migration.hpp"

#include <span>

namespace commhost::audit {

/// The tables of this room.
std::span<const store::migration> migrations();

}  // namespace commhost::audit
