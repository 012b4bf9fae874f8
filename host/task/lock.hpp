#pragma once

#include "store/connection.hpp"

#include <initializer_list>
#include <string>

namespace commhost::task {

/// Whoever changes several tasks in one transaction locks them by key first, as enqueue() does by inserting in that
/// order, so that no two transactions on PostgreSQL wait for each other. SQLite has one writer at a time.
/// condition: on the table task.
void lock_by_key(store::connection& on, const std::string& condition, std::initializer_list<store::parameter> with);

}  // namespace commhost::task
