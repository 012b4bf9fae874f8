#include "worker/plugin_watch.hpp"

#include "message/error.hpp"
#include "worker/codes.hpp"
#include "worker/folder_changes.hpp"

#include <core_communication/provider_error.hpp>

#include <poll.h>

#include <array>
#include <utility>

namespace commhost::worker {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds after_failure{1'000};

/// A folder that is changed without end is looked at all the same.
constexpr milliseconds longest_settling{5'000};

}  // namespace

plugin_watch::plugin_watch(plugin_watch_parts parts) : parts_(std::move(parts)), thread_([this] { run(); }) {}

plugin_watch::~plugin_watch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.signal();
    parts_.give_up();
    thread_.join();
}

std::optional<plugin::plugin_set> plugin_watch::take() {
    const std::lock_guard lock(mutex_);
    if (failed_) std::rethrow_exception(failed_);
    return std::exchange(found_, std::nullopt);
}

void plugin_watch::look_again() { wake_.signal(); }

void plugin_watch::run() {
    folder_changes changes;
    bool told = false;
    while (true) {
        // Before the look, so that it sees what changed until now and the next one what changes from now on.
        const auto refused = changes.follow(parts_.roots);
        if (refused && !std::exchange(told, true)) parts_.tell(message::error(WORKER_WATCH, {{"reason", *refused}}));
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
        std::array<struct pollfd, 2> polls{{{wake_.descriptor(), POLLIN, 0}, {changes.descriptor(), POLLIN, 0}}};
        ::poll(polls.data(), polls.size(), static_cast<int>((failed ? after_failure : parts_.poll_every).count()));
        if (polls[1].revents != 0) changes.settle(parts_.quiet, longest_settling, wake_.descriptor());
        wake_.clear();
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
    }
}

}  // namespace commhost::worker
