#pragma once

#include "roster/package.hpp"

namespace commhost::fuzz {

/// Reads a package twice and sees to it that what is promised of a reading holds: above all that nobody whom a row names
/// counts as gone, be the row as broken as it may.
void check_reading(const roster::package& from);

}  // namespace commhost::fuzz
