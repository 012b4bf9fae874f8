#pragma once

#include "directory/change_set.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <string>
#include <vector>

namespace commhost::directory {

/// For changes that would take back what was applied at that time: those of their subjects that somebody has changed since,
/// or removed, by name ("u1", "oneroster/class/c1", "u1 in oneroster/class/c1"). What is to be put back must still be gone.
std::vector<std::string> moved_since(store::connection& sql, const change_set& back, store::milliseconds_utc at);

}  // namespace commhost::directory
