#pragma once

#include "worker/child.hpp"
#include "worker/host.hpp"
#include "worker/started_worker.hpp"
#include "worker/verdict.hpp"

namespace commhost::worker {

/// Judges a worker that has ended, and sees to what it held: its tasks come back, those for which it was killed count an attempt,
/// and a death is held against its plugin unless the worker had got on with its tasks. All of it is stored or nothing: when it throws
/// message::error (STORE_...) the worker still holds its tasks, and is judged as before when this is tried again.
verdict settle(host& of, const started_worker& worker, const ended_child& ended);

}  // namespace commhost::worker
