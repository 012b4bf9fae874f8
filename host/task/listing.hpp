#pragma once

#include "store/connection.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::task {

/// Those of these keys of which there is a task, in whatever state. One statement, for who is within a transaction, too.
std::set<std::string> those_there(store::connection& on, std::span<const std::string> keys);

/// What the tasks are about that an owner holds.
std::vector<std::string> payloads_of(store::connection& on, std::string_view owner);

}  // namespace commhost::task
