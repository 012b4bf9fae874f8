#pragma once

#include "message/code.hpp"

namespace commhost::task {

inline constexpr message::code TASK_UNKNOWN{"TASK_UNKNOWN"};
inline constexpr message::code TASK_RUNNING{"TASK_RUNNING"};
inline constexpr message::code TASK_CRASHED{"TASK_CRASHED"};
inline constexpr message::code SCHEDULE_UNKNOWN{"SCHEDULE_UNKNOWN"};

}  // namespace commhost::task
