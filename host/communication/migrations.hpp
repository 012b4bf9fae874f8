#pragma once

#include "store/migration.hpp"

#include <span>

namespace commhost::communication {

/// The tables of this room of the house.
std::span<const store::migration> migrations();

}  // namespace commhost::communication
