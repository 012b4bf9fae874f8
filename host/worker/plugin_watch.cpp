#include "worker/plugin_watch.hpp"

#include "message/error.hpp"
#include "worker/codes.hpp"
#include "worker/folder_changes.hpp"

#include <core_communication/provider_error.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace commhost::worker {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds after_failure{1'000};

/// A folder that is changed without end is looked at all the same.
constexpr milliseconds longest_settling{5'000};

void wake_up(int event) {
    const std::uint64_t once = 1;
    // It fails only where the counter is full, and then it is readable anyway.
    while (::write(event, &once, sizeof once) < 0 && errno == EINTR) {
    }
}

}  // namespace

plugin_watch::plugin_watch(plugin_watch_parts parts)
    : parts_(std::move(parts)), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (wake_ < 0) throw message::error(WORKER_WATCH, {{"reason", std::strerror(errno)}});
    try {
        thread_ = std::thread([this] { run(); });
    } catch (...) {
        ::close(wake_);
        throw;
    }
}

plugin_watch::~plugin_watch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_up(wake_);
    parts_.give_up();
    thread_.join();
    ::close(wake_);
}

std::optional<plugin::plugin_set> plugin_watch::take() {
    const std::lock_guard lock(mutex_);
    if (failed_) std::rethrow_exception(failed_);
    return std::exchange(found_, std::nullopt);
}

void plugin_watch::look_again() { wake_up(wake_); }

void plugin_watch::run() {
    folder_changes changes;
    bool told = false;
    while (true) {
        // Before the look, so that it sees what changed until now and the next one what changes from now on.
        const auto refused = changes.follow(parts_.roots);
        if (refused && !std::exchange(told, true))
            parts_.tell(message::error(WORKER_WATCH, {{"reason", *refused}}).text());
        bool failed = false;
        try {
            auto found = parts_.look();
            const std::lock_guard lock(mutex_);
            found_ = std::move(found);
            failed_ = nullptr;
        } catch (const core_communication::task_cancelled&) {  // by the destructor
            return;
        } catch (...) {  // take() throws it on to whoever wants the result
            const std::lock_guard lock(mutex_);
            failed_ = std::current_exception();
            failed = true;
        }
        std::array<struct pollfd, 2> polls{{{wake_, POLLIN, 0}, {changes.descriptor(), POLLIN, 0}}};
        ::poll(polls.data(), polls.size(), static_cast<int>((failed ? after_failure : parts_.poll_every).count()));
        if (polls[1].revents != 0) changes.settle(parts_.quiet, longest_settling, wake_);
        std::uint64_t times = 0;
        while (::read(wake_, &times, sizeof times) < 0 && errno == EINTR) {
        }
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
    }
}

}  // namespace commhost::worker
