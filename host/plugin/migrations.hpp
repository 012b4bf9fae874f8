#pragma once

#include "store/migration.hpp"

#include <span>

namespace commhost::plugin {

/// The tables of this room.
std::span<const store::migration> migrations();

}  // namespace commhost::plugin
