#pragma once

#include "store/connection.hpp"
#include "task/task.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::task {

/// What a task says went wrong, or why a queue waits for its other side: then without a task.
struct told_error {
    std::string queue;
    std::optional<task_id> task{};
    std::string text;
};

/// Those in which one of these texts stands, byte by byte and as a part of a word, too; the tasks by id, then the queues by name. Two
/// statements.
std::vector<told_error> errors_with(store::connection& on, std::span<const std::string> texts);

/// An error and what it is to say instead.
struct other_words {
    told_error of;
    std::string text;
};

/// One that says something new meanwhile is left. Two statements.
void replace_errors(store::connection& within, std::span<const other_words> errors);

}  // namespace commhost::task
