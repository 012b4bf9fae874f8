#pragma once

#include <core_communication/http_service.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace core_communication::testing {

/// An http service without a network: the test says what the server answers, and looks at what was sent. The requests of a
/// batch are sent one after the other. As the host does, it throws task_cancelled once cancel() was called, and keeps
/// 429, 502, 503 and 504 from the plugin: they become provider_error (rate_limited, unavailable) at once, without a
/// second try. One thread.
class scripted_http final : public http_service {
  public:
    /// Answers a request; may throw provider_error, as when the server is not reached.
    using script = std::function<http_response(const http_request& request)>;

    explicit scripted_http(script answers) : answers_(std::move(answers)) {}

    /// Every request that was sent, in order.
    const std::vector<http_request>& requests() const { return requests_; }

    /// The same as "GET http://chat.test/rooms/1", which a test can compare with what it expects.
    std::vector<std::string> asked() const;

    void forget_requests() { requests_.clear(); }

    void cancel() { cancelled_ = true; }

    http_response send(const http_request& request) override;
    void send_all(std::span<const http_request> requests,
                  const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) override;

  private:
    script answers_;
    std::vector<http_request> requests_;
    bool cancelled_ = false;
};

}  // namespace core_communication::testing
