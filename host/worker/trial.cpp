#include "worker/trial.hpp"

#include "message/error.hpp"
#include "text/descriptor.hpp"
#include "text/utf8.hpp"
#include "worker/child.hpp"
#include "worker/codes.hpp"
#include "worker/verdict.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace commhost::worker {

namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

/// How often what it prints is taken from it, so that it does not wait for that.
constexpr milliseconds hear_every{50};

constexpr std::size_t longest_reason = 1000;

std::string report_in(int file) {
    std::array<char, 4096> content{};
    const auto size = ::pread(file, content.data(), content.size(), 0);
    return size <= 0 ? "" : text::printable({content.data(), static_cast<std::size_t>(size)}, longest_reason);
}

/// Waits for the child's end; kills it when its time is over, and then gives nothing.
std::optional<ended_child> end_of(children& all, pid_t process, milliseconds at_most) {
    const text::descriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!ended) throw message::error(WORKER_START, {{"program", "worker"}, {"reason", std::strerror(errno)}});
    const auto deadline = steady::now() + at_most;
    struct pollfd polled {
        ended.number(), POLLIN, 0
    };
    while (polled.revents == 0) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - steady::now());
        if (left.count() <= 0) {
            all.kill(process);
            return std::nullopt;  // reaped by the destructor of all
        }
        ::poll(&polled, 1, static_cast<int>(std::min(left, hear_every).count()));
        all.take_output();
    }
    return all.reap().at(0);
}

}  // namespace

std::optional<std::string> try_worker(std::vector<std::string> command, const plugin::plugin_entry& entry,
                                      milliseconds at_most) {
    // Not closed by exec: the worker writes its reason to it. What the plugin prints goes elsewhere.
    const text::descriptor report(::memfd_create("commhost", 0));
    if (!report) throw message::error(WORKER_START, {{"program", command.front()}, {"reason", std::strerror(errno)}});
    command.insert(command.end(), {entry.name, "trial", "--trial", entry.folder.string(), "--report",
                                   std::to_string(report.number())});
    children all;
    const auto ended = end_of(all, all.start(command), at_most);
    if (!ended)
        return message::phrase("reason_trial_time",
                               {{"seconds", fmt::format("{:g}", static_cast<double>(at_most.count()) / 1000)}});
    if (ended->exit_status == worker_in_order) return std::nullopt;
    if (ended->exit_status == worker_cannot_begin)
        if (auto reason = report_in(report.number()); !reason.empty()) return reason;
    return message::phrase("reason_trial_ended", {{"how", ended->how}});
}

}  // namespace commhost::worker
