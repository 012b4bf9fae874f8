#pragma once

#include "text/descriptor.hpp"

#include <sys/types.h>
#include <sys/wait.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace commhost::worker {

inline constexpr std::chrono::milliseconds no_limit = std::chrono::milliseconds::max();

/// What a child that runs foreign code may use.
struct child_limits {
    std::chrono::milliseconds time;  ///< Until it is killed; no_limit for one that is not.
    std::uint64_t memory;            ///< Bytes of address space; not kept under a sanitizer, which reserves terabytes.
    std::size_t output;              ///< Bytes of what it prints that are kept.
    std::size_t report;              ///< Bytes of its report that are read.
    int stop = -1;                   ///< A descriptor: once it is readable, the child is killed.
    /// Bytes that it may print until it is killed; what is printed beyond the kept ones is lost.
    std::size_t flood = std::numeric_limits<std::size_t>::max();
    /// How many processes may come from us, the child among them, until it is killed; 0 for any number. Only for who adopts those
    /// whose parent has ended (PR_SET_CHILD_SUBREAPER) and has no other children.
    std::size_t processes = 0;
};

enum class child_end : std::uint8_t {
    exited,
    signalled,
    killed_at_limit,       ///< Of its time.
    killed_for_output,     ///< It printed more than it may.
    stopped,               ///< Nobody wants to know any more.
    killed_for_processes,  ///< It started more than it may.
};

/// How a child ended and what came from it.
struct child_result {
    child_end end = child_end::exited;
    int status = 0;           ///< The exit status, or the signal's number.
    std::string report;       ///< What it wrote to its report.
    std::string output;       ///< The start of its standard output and standard error, control characters made visible.
    bool output_cut = false;  ///< It printed more than was kept, so that the output may end within a word.
};

/// "SIGSEGV", or "signal 42" for one without a name.
std::string signal_name(int signal);

/// A running child, which the destructor ends together with its process group.
class watched_child {
  public:
    /// The child makes a group of its own, too, so that there is one whoever comes first.
    explicit watched_child(pid_t process);
    ~watched_child();
    watched_child(const watched_child&) = delete;
    watched_child& operator=(const watched_child&) = delete;

    /// A descriptor, readable once it has ended; -1 where the system gave none.
    int ended() const { return ended_.number(); }
    bool has_ended() const;

    /// Kills what is left of its group and waits for the child, which is killed if it has not ended.
    siginfo_t reap();

  private:
    pid_t process_;
    text::descriptor ended_;
};

/// Waits for the child's end, or ends it where it passes a limit, and reads what comes out of it meanwhile. output, report: our
/// ends of its pipes, which do not block. Any thread.
child_result watch(watched_child& child, const text::descriptor& output, const text::descriptor& report,
                   const child_limits& limits);

}  // namespace commhost::worker
