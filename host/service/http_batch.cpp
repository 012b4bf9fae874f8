#include "service/http_loop.hpp"

#include <core_communication/provider_error.hpp>

#include <mutex>
#include <utility>

namespace commhost::service {

http_batch::http_batch(http_loop& loop, std::span<const core_communication::http_request> requests,
                       std::deque<http_job> jobs, service::stop stop)
    : loop_(loop), requests_(requests), stop_(std::move(stop)), jobs_(std::move(jobs)), unfinished_(jobs_.size()),
      released_(jobs_.empty()) {
    if (released_) return;
    {
        const std::scoped_lock locked(loop_.mutex_);
        id_ = http_batch_id{++loop_.last_batch_};
        for (auto& job : jobs_) job.batch = id_;
        loop_.submitted_.push_back(this);
    }
    loop_.wake();
}

http_batch::~http_batch() {
    std::unique_lock locked(loop_.mutex_);
    if (released_) return;
    withdrawn_ = true;
    loop_.wake();
    changed_.wait(locked, [this] { return released_; });
}

bool http_batch::next(http_event& event) {
    // What the last one held may be what the next request waits for.
    event = {};
    std::unique_lock locked(loop_.mutex_);
    changed_.wait(locked, stop_.token(), [this] { return !events_.empty() || released_; });
    if (stop_.requested() && !released_) {
        withdrawn_ = true;
        loop_.wake();
        changed_.wait(locked, [this] { return released_; });
    }
    if (events_.empty()) {
        if (unfinished_ > 0) throw core_communication::task_cancelled();
        return false;
    }
    event = std::move(events_.front());
    events_.pop_front();
    if (event.is_last()) {
        --answers_;
        // Woken before the caller works on the answer, so that the next request is under way meanwhile.
        if (held_) loop_.wake();
    }
    return true;
}

}  // namespace commhost::service
