#pragma once

#include "text/descriptor.hpp"

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace commhost::worker {

/// A child process that ended.
struct ended_child {
    pid_t process = 0;
    int exit_status = -1;  ///< -1 when a signal ended it.
    int signal = 0;        ///< The signal that ended it.
    std::string how;       ///< "exited with status 1", "killed by signal 11 (Segmentation fault)"
    std::string printed;   ///< What it had printed that take_output did not give yet.
};

/// The worker processes of a supervisor. One thread, the one that lives as long as the process: a child is killed by the
/// system when the thread that started it ends.
class children {
  public:
    children() = default;
    /// Kills those that are left.
    ~children();
    children(const children&) = delete;
    children& operator=(const children&) = delete;

    /// Starts command[0] (a path) with no input, with its standard output kept for take_output and with this process's
    /// standard error. Throws message::error (WORKER_START).
    pid_t start(const std::vector<std::string>& command);

    /// What each of those that run has printed since it was last asked, up to 64 KiB each. A child that prints more than a
    /// pipe holds waits until this is called. Never blocks.
    std::map<pid_t, std::string> take_output();

    /// Those that ended since it was last asked. Never blocks. Where SIGCHLD is ignored, the system tells no more than that
    /// they are gone.
    std::vector<ended_child> reap();

    void ask_to_stop(pid_t process);    ///< SIGTERM
    void ask_to_finish(pid_t process);  ///< signal_to_finish
    void kill(pid_t process);           ///< SIGKILL

  private:
    std::map<pid_t, text::descriptor> running_;  ///< With what it prints.
};

}  // namespace commhost::worker
