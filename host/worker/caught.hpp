#pragma once

#include "store/clock.hpp"
#include "task/task.hpp"

#include <string>

namespace commhost::worker {

/// What a task ends with, of the exception that is being handled: within a catch block alone, around work that calls a
/// plugin, which may throw what it likes. Of core_communication::task_cancelled, which is no end where somebody has
/// requested it, it says that the plugin broke off by itself (WORKER_BROKE_OFF). Secrets are still in the text. now: what a provider
/// wants to be waited for counts from there.
task::failure caught(const std::string& provider, store::milliseconds_utc now);

}  // namespace commhost::worker
