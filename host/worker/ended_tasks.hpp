#pragma once

#include "store/database.hpp"
#include "task/queue.hpp"

#include <string_view>

namespace commhost::worker {

/// What becomes of the tasks of a worker that is dead, and of their rooms: a room whose task has ended with an error says so
/// and why, in the same transaction. Any thread. Both throw message::error (STORE_...).

/// Counts a crash on each of the owner's tasks and gives them back; the rooms of those that fail for good by it are failed.
void end_by_crash(store::database& database, task::queue& queue, std::string_view owner, std::string_view how);

/// The task's worker was killed because the task took too long; why is what the task and its room say. Nothing happens
/// when the owner has lost the task.
void end_by_deadline(store::database& database, task::queue& queue, const task::leased_task& task,
                     const task::failure& why);

}  // namespace commhost::worker
