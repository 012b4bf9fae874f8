#pragma once

#include "store/connection.hpp"
#include "task/task.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::task {

/// Replaces texts in what tasks say went wrong, and why queues wait: nobody is to read them any more.
void blank_errors(store::connection& within, std::span<const std::string> texts, std::string_view by);

/// What a task says went wrong, or why a queue waits for its other side: then without a task.
struct told_error {
    std::string queue;
    std::optional<task_id> task{};
    std::string text;
};

/// Those in which a text stands, as blank_errors would find it; the tasks by id, then the queues by name.
std::vector<told_error> errors_with(store::connection& on, std::string_view text);

}  // namespace commhost::task
