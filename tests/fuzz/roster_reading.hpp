#pragma once

#include "roster/roster.hpp"

#include <string>
#include <string_view>

namespace commhost::fuzz {

/// Sees to it that a roster is what the directory takes: ids that are there and in their limits, text that can be stored and
/// shown, problems that say what and where.
void expect_sound(const roster::roster& read);

/// Whether two readings of one source say the same.
bool same(const roster::roster& left, const roster::roster& right);

}  // namespace commhost::fuzz
