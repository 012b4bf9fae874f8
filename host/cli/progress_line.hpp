#pragma once

#include "task/progress.hpp"
#include "worker/host.hpp"
#include "worker/standstill.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace commhost::cli {

/// In the largest whole unit, with symbols that every language has: "45 s", "12 min", "3 h", "8 d".
std::string age_text(std::chrono::milliseconds age);

/// How a provider gets on.
struct provider_progress {
    task::progress progress;
    std::optional<worker::standstill> paused{};  ///< While it stands still, no time left is known.
};

/// By provider: those that have something left, and those that stand still.
std::vector<provider_progress> progress_of(worker::host& of, const worker::standstills& still);

/// "matrix: 340 left, 1,200 done, about 4 min", or that the time is not known yet; of one that stands still since when, until when and
/// why.
std::string progress_text(const provider_progress& of);

/// Writes how all providers get on to standard error, over what it wrote there before. For a terminal. Shows nothing while the
/// database is away, which the log tells.
void show_progress(worker::host& of, const worker::standstills& still);

/// Takes that line away.
void clear_progress();

}  // namespace commhost::cli
