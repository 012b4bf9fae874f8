#include "worker/probe_server.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "worker/probe_channel.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <utility>

namespace commhost::worker {

namespace {

using clock = std::chrono::steady_clock;

/// A report, and what was printed, as JSON.
constexpr std::size_t most_outcome_bytes = std::size_t{1024} * 1024;

/// Of the server, when the plugin's time is over.
constexpr std::chrono::milliseconds time_to_answer{5000};

/// Of what the server itself prints, which is nothing unless something is wrong.
constexpr std::size_t most_printed = 4096;

[[noreturn]] void fail(const std::filesystem::path& program, int error) {
    throw message::error(plugin::PROBE_START, {{"program", program.string()}, {"reason", std::strerror(error)}});
}

}  // namespace

probe_server::probe_server(const std::filesystem::path& program, std::uint64_t memory) {
    auto made = make_channel();
    if (!made || ::fcntl(made->host.number(), F_SETFL, O_NONBLOCK) != 0) fail(program, errno);
    channel_ = std::move(made->host);
    running_ = std::make_unique<limited_child>(program, std::span<const std::string>(),
                                               child_limits{no_limit, memory, most_printed, 0},
                                               limited_child::files{made->server.number()});
}

child_result probe_server::ask(const probe_order& order, int library, int stop) {
    // An order is so short that it always finds room; where it cannot be sent, the server has ended, which is told below.
    const bool sent = !send_order(channel_.number(), order, library);
    const auto deadline = clock::now() + order.time + time_to_answer;
    child_result result;
    for (bool open = sent; open;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        if (left.count() <= 0) return end(child_end::killed_at_limit);
        std::array<struct pollfd, 2> polls{{{channel_.number(), POLLIN, 0}, {stop, POLLIN, 0}}};
        ::poll(polls.data(), polls.size(), static_cast<int>(left.count()));
        if (polls[1].revents != 0) return end(child_end::stopped);
        if (polls[0].revents == 0) continue;
        open = text::read_some(channel_.number(), result.report, most_outcome_bytes);
        if (result.report.ends_with('\n') || result.report.size() >= most_outcome_bytes) return result;
    }
    return end(child_end::exited);
}

/// Ends it, unless it has ended by itself, with what it has left.
child_result probe_server::end(child_end why) {
    child_result result;
    result.end = why;
    // Its end of the channel is closed a moment before it has ended; one that lives on without it is of no use, either.
    struct pollfd ended {
        running_->process().ended(), POLLIN, 0
    };
    if (why == child_end::exited) ::poll(&ended, 1, static_cast<int>(time_to_answer.count()));
    const auto how = running_->process().reap();
    text::read_some(running_->output().number(), result.output, most_printed);
    running_->end_strays();
    running_->require_started();
    if (why == child_end::exited && how.si_code != CLD_EXITED) result.end = child_end::signalled;
    result.status = how.si_status;
    return result;
}

std::unique_ptr<probe_server> idle_servers::take() {
    const std::scoped_lock locked(mutex_);
    auto found = servers_.extract(std::this_thread::get_id());
    if (!found || found.mapped()->has_ended()) return nullptr;
    return std::move(found.mapped());
}

void idle_servers::give_back(std::unique_ptr<probe_server> server) {
    const std::scoped_lock locked(mutex_);
    servers_[std::this_thread::get_id()] = std::move(server);
}

void idle_servers::end() {
    const std::scoped_lock locked(mutex_);
    servers_.clear();
}

}  // namespace commhost::worker
