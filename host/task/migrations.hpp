#pragma once

#include "store/migration.hpp"

#include <span>

namespace commhost::task {

/// The tables of the queue and of the schedule.
std::span<const store::migration> migrations();

}  // namespace commhost::task
