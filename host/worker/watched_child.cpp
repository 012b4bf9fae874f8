#include "worker/watched_child.hpp"

#include "text/utf8.hpp"
#include "worker/stray_processes.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>

namespace commhost::worker {

namespace {

using clock = std::chrono::steady_clock;
using text::descriptor;

/// Processes that start others tell nobody, so that they are counted now and then. As long as that, some hundreds may be
/// added.
constexpr std::chrono::milliseconds count_every{20};

/// Takes what is left in a pipe into which nobody writes any more: up to its end, or until as much is kept as is wanted.
void take_rest(const descriptor& from, std::string& into, std::size_t most) {
    for (auto before = into.size(); text::read_some(from.number(), into, most) && into.size() > before;)
        before = into.size();
}

/// What a foreign program printed, fit to be stored and for the terminal of whoever reads it.
std::string visible(std::string printed) {
    while (printed.ends_with('\n')) printed.pop_back();
    std::istringstream lines(printed);
    std::string shown;
    for (std::string line; std::getline(lines, line);)
        shown += (shown.empty() ? "" : "\n") + text::printable(line, line.size());
    return shown;
}

}  // namespace

std::string signal_name(int signal) {
    const char* name = ::sigabbrev_np(signal);
    return name == nullptr ? "signal " + std::to_string(signal) : std::string("SIG") + name;
}

// The system call itself: glibc 2.36 declares pidfd_open() without extern "C".
watched_child::watched_child(pid_t process)
    : process_(process), ended_(static_cast<int>(::syscall(SYS_pidfd_open, process, 0))) {
    ::setpgid(process, process);
}

watched_child::~watched_child() {
    if (process_ > 0) reap();
}

bool watched_child::has_ended() const {
    struct pollfd poll {
        ended(), POLLIN, 0
    };
    return ::poll(&poll, 1, 0) == 1;
}

siginfo_t watched_child::reap() {
    if (!has_ended()) ::kill(process_, SIGKILL);
    siginfo_t end{};
    while (::waitid(P_PID, static_cast<id_t>(process_), &end, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    // The group goes before the number is free for another process.
    ::kill(-process_, SIGKILL);
    while (::waitid(P_PID, static_cast<id_t>(process_), &end, WEXITED) != 0 && errno == EINTR) {
    }
    process_ = -1;
    return end;
}

child_result watch(watched_child& child, const descriptor& output, const descriptor& report,
                   const child_limits& limits) {
    child_result result;
    const auto deadline = clock::now() + limits.time;
    auto next_count = clock::now() + count_every;  // most plugins are loaded before that
    std::size_t printed = 0;
    bool output_open = true;
    bool report_open = true;
    const auto read_output = [&] {
        std::string piece;
        output_open = text::read_some(output.number(), piece);
        printed += piece.size();
        result.output += piece.substr(0, limits.output - std::min(limits.output, result.output.size()));
    };
    while (!child.has_ended()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        if (left.count() <= 0) {
            result.end = child_end::killed_at_limit;
            break;
        }
        std::array<struct pollfd, 4> polls{{{child.ended(), POLLIN, 0},
                                            {output_open ? output.number() : -1, POLLIN, 0},
                                            {report_open ? report.number() : -1, POLLIN, 0},
                                            {limits.stop, POLLIN, 0}}};
        const auto pause = limits.processes > 0 ? std::min(left, count_every) : left;
        ::poll(polls.data(), polls.size(), static_cast<int>(pause.count()));
        if (polls[1].revents != 0) read_output();
        if (polls[2].revents != 0) report_open = text::read_some(report.number(), result.report, limits.report);
        if (polls[3].revents != 0) {
            result.end = child_end::stopped;
            break;
        }
        if (printed > limits.flood) {
            result.end = child_end::killed_for_output;
            break;
        }
        if (limits.processes == 0 || clock::now() < next_count) continue;
        next_count = clock::now() + count_every;
        if (count_descendants(limits.processes) > limits.processes) {
            result.end = child_end::killed_for_processes;
            break;
        }
    }
    const auto end = child.reap();
    take_rest(output, result.output, limits.output);
    take_rest(report, result.report, limits.report);
    result.output_cut = result.output.size() >= limits.output;
    result.output = visible(std::move(result.output));
    if (result.end == child_end::exited) {
        result.end = end.si_code == CLD_EXITED ? child_end::exited : child_end::signalled;
        result.status = end.si_status;
    }
    return result;
}

}  // namespace commhost::worker
