#pragma once

#include "message/code.hpp"

namespace commhost::worker {

inline constexpr message::code WORKER_PROVIDER{"WORKER_PROVIDER"};
inline constexpr message::code WORKER_REQUIRED{"WORKER_REQUIRED"};
inline constexpr message::code WORKER_REQUIRED_BACK{"WORKER_REQUIRED_BACK"};
inline constexpr message::code WORKER_RETIRES{"WORKER_RETIRES"};
inline constexpr message::code WORKER_WAITS{"WORKER_WAITS"};
inline constexpr message::code WORKER_WAITS_NO_MORE{"WORKER_WAITS_NO_MORE"};
inline constexpr message::code WORKER_SETTINGS{"WORKER_SETTINGS"};
inline constexpr message::code WORKER_CANNOT_BEGIN{"WORKER_CANNOT_BEGIN"};
inline constexpr message::code WORKER_TRIAL{"WORKER_TRIAL"};
inline constexpr message::code WORKER_START{"WORKER_START"};
inline constexpr message::code WORKER_DEADLINE{"WORKER_DEADLINE"};
inline constexpr message::code WORKER_BROKE_OFF{"WORKER_BROKE_OFF"};
inline constexpr message::code WORKER_CRASHED{"WORKER_CRASHED"};
inline constexpr message::code WORKER_DIAGNOSE{"WORKER_DIAGNOSE"};
inline constexpr message::code WORKER_REPAIR{"WORKER_REPAIR"};
inline constexpr message::code WORKER_WATCH{"WORKER_WATCH"};
inline constexpr message::code WORKER_REPLACED{"WORKER_REPLACED"};
inline constexpr message::code WORKER_OUTPUT_HIDDEN{"WORKER_OUTPUT_HIDDEN"};
inline constexpr message::code WORKER_ERASURES{"WORKER_ERASURES"};
inline constexpr message::code WORKER_ERASING{"WORKER_ERASING"};
inline constexpr message::code WORKER_LEAVERS{"WORKER_LEAVERS"};
inline constexpr message::code WORKER_STANDING{"WORKER_STANDING"};
inline constexpr message::code WORKER_EXPORT{"WORKER_EXPORT"};

}  // namespace commhost::worker
