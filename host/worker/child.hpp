#pragma once

#include "text/descriptor.hpp"
#include "worker/event.hpp"

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace commhost::worker {

/// Where a child finds an eventfd(2), to be written to when it has got through some of its work. Out of the way of a plugin that
/// closes the low numbers, as programs do that become daemons.
inline constexpr int work_descriptor = 40;

/// A child process that ended.
struct ended_child {
    pid_t process = 0;
    int exit_status = -1;   ///< -1 when a signal ended it.
    int signal = 0;         ///< The signal that ended it.
    std::string how;        ///< "exited with status 1", "killed by signal 11 (Segmentation fault)"
    std::string printed;    ///< What it had printed that take_output did not give yet.
    bool did_work = false;  ///< It has signalled work_descriptor.
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

    /// Starts command[0] (a path) with no input, with its standard output kept for take_output, with this process's standard
    /// error and with work_descriptor. Throws message::error (WORKER_START).
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
    struct child {
        text::descriptor output;  ///< What it prints.
        event worked;
    };
    std::map<pid_t, child> running_;
};

}  // namespace commhost::worker
