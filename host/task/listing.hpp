#pragma once

#include "store/connection.hpp"

#include <string_view>

namespace commhost::task {

/// Whether there is a task of this key, in whatever state. Beside queue::list, for who is within a transaction.
bool is_there(store::connection& on, std::string_view key);

}  // namespace commhost::task
