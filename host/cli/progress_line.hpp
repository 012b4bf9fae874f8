#pragma once

#include "task/progress.hpp"
#include "worker/host.hpp"

#include <chrono>
#include <string>

namespace commhost::cli {

/// In the largest whole unit, with symbols that every language has: "45 s", "12 min", "3 h", "8 d".
std::string age_text(std::chrono::milliseconds age);

/// "matrix: 340 left, 1,200 done, about 4 min", or that the time is not known yet.
std::string progress_text(const task::progress& of);

/// Writes how all queues get on to standard error, over what it wrote there before. For a terminal. Shows nothing while the
/// database is away, which the log tells.
void show_progress(worker::host& of);

/// Takes that line away.
void clear_progress();

}  // namespace commhost::cli
