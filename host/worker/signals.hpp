#pragma once

#include <chrono>
#include <csignal>
#include <initializer_list>

namespace commhost::worker {

/// Signals that a process takes one at a time, in its own loop, instead of by handlers in the middle of anything. They
/// stay blocked in every thread made later; a child process has to unblock them (unblock_all_signals).
class signals {
  public:
    /// Call it in the main thread before any other thread is made.
    explicit signals(std::initializer_list<int> which);

    /// The next signal, or 0 when none came in that time.
    int wait(std::chrono::milliseconds at_most) const;

  private:
    sigset_t set_{};
};

/// For a child between fork and exec; async-signal-safe.
void unblock_all_signals();

}  // namespace commhost::worker
