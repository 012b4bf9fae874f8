#pragma once

#include <core_communication/cancellation.hpp>

#include <stop_token>
#include <utility>

namespace commhost::service {

/// What a task sees of its stop_source: the cancellation that is handed to the plugin. Copies see the same source,
/// which they may outlive. Any thread.
class stop final : public core_communication::cancellation {
  public:
    /// One that is never requested.
    stop() = default;
    explicit stop(std::stop_token token) : token_(std::move(token)) {}

    bool requested() const noexcept override { return token_.stop_requested(); }

    /// For waiting: std::stop_callback and std::condition_variable_any take it. This is how a request under way is
    /// woken.
    const std::stop_token& token() const noexcept { return token_; }

  private:
    std::stop_token token_;
};

/// Whoever runs a task keeps one, and requests the stop when the host shuts down or the deadline has passed.
class stop_source {
  public:
    /// Any thread, any number of times, but no signal handler: it runs the callbacks of those who wait.
    void request() noexcept { source_.request_stop(); }

    bool requested() const noexcept { return source_.stop_requested(); }

    service::stop stop() const { return service::stop(source_.get_token()); }

  private:
    std::stop_source source_;
};

}  // namespace commhost::service
