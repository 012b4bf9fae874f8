#pragma once

#include <core_communication/cancellation.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>

namespace commhost::service {

/// What a task sees of its stop_source: the cancellation that is handed to the plugin. Copies see the same source,
/// which they may outlive. Any thread.
class stop final : public core_communication::cancellation {
  public:
    /// One that is never requested.
    stop() = default;

    /// Also where the source's time is over: then this makes the request, and runs the callbacks of those who wait.
    bool requested() const noexcept override { return shared_ != nullptr && shared_->requested(); }

    /// For waiting: std::stop_callback and std::condition_variable_any take it. This is how a request under way is
    /// woken.
    const std::stop_token& token() const noexcept { return token_; }

  private:
    friend class stop_source;
    using clock = std::chrono::steady_clock;

    struct state {
        bool requested() noexcept {
            if (clock::now().time_since_epoch().count() > until.load()) source.request_stop();
            return source.stop_requested();
        }

        std::stop_source source;
        std::atomic<clock::rep> until{clock::time_point::max().time_since_epoch().count()};
    };

    explicit stop(std::shared_ptr<state> shared) : shared_(std::move(shared)), token_(shared_->source.get_token()) {}

    std::shared_ptr<state> shared_;
    std::stop_token token_;
};

/// Whoever runs a task keeps one, and requests the stop when the host shuts down or the deadline has passed. Any thread.
class stop_source {
  public:
    /// Any number of times, but in no signal handler: it runs the callbacks of those who wait.
    void request() noexcept { state_->source.request_stop(); }

    /// From then on it counts as requested, whoever looks first and whatever is said later: a process that stood still goes on in
    /// any of its threads. Until it is called there is no such time.
    void lasts_until(std::chrono::steady_clock::time_point time) noexcept {
        state_->until = time.time_since_epoch().count();
    }

    bool requested() const noexcept { return state_->requested(); }

    service::stop stop() const { return service::stop(state_); }

  private:
    std::shared_ptr<service::stop::state> state_ = std::make_shared<service::stop::state>();
};

}  // namespace commhost::service
