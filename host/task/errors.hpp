#pragma once

#include "store/connection.hpp"
#include "task/task.hpp"

#include <functional>
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

/// Has those in which one of these texts stands say what other_words makes of what they say. They are read again once they are locked,
/// so that one that says something else meanwhile does so in other words, too. Keeps these tasks and queues locked until the transaction
/// ends.
void reword_errors(store::connection& within, std::span<const std::string> texts,
                   const std::function<std::string(const std::string&)>& other_words);

}  // namespace commhost::task
