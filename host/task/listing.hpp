#pragma once

#include "store/connection.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::task {

/// Whether there is a task of this key, in whatever state. Beside queue::list, for who is within a transaction.
bool is_there(store::connection& on, std::string_view key);

/// Those of these keys of which there is one. One statement.
std::set<std::string> those_there(store::connection& on, std::span<const std::string> keys);

/// What the tasks are about that an owner holds.
std::vector<std::string> payloads_of(store::connection& on, std::string_view owner);

}  // namespace commhost::task
