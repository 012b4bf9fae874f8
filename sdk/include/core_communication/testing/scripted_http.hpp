#pragma once

#include <core_communication/http_service.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core_communication::testing {

/// An http service without a network: the test says what the server answers, and looks at what was sent. The requests of a
/// batch are sent one after the other, in their order.
///
/// What a host does and a plugin relies on, it does too: it throws task_cancelled once cancel() was called, keeps 429, 502, 503
/// and 504 from the plugin (they become provider_error, rate_limited or unavailable, here at once and without a second
/// try), and refuses an answer that is longer than the request allows. One thread.
class scripted_http final : public http_service {
  public:
    /// Answers a request; may throw provider_error, as when the server is not reached.
    using script = std::function<http_response(const http_request& request)>;

    /// Whatever the address is.
    explicit scripted_http(script answers);

    /// Answers a request of one server. asked: "GET /rooms/1?full=1", which is shorter to compare than the whole request.
    using server = std::function<http_response(const std::string& asked, const http_request& request)>;

    /// The server at address, as the plugin's setting has it ("http://chat.test", without a slash at its end). A request that
    /// leads elsewhere is failure::invalid and not sent, as with a host that lets only the plugin's own addresses through.
    scripted_http(std::string address, server answers);

    /// Every request that was sent, in order.
    const std::vector<http_request>& requests() const { return requests_; }

    /// The same as lines that a test can compare with what it expects: "GET /rooms/1", or with the whole address when no server
    /// was named.
    const std::vector<std::string>& asked() const { return asked_; }

    /// The body that was sent last with a request, named as in asked(); empty when there was none.
    std::string body_of(std::string_view asked) const;

    /// From now on this is asked first; where it gives nothing, the server answers as before. Empty: as before altogether.
    void answer_differently(std::function<std::optional<http_response>(const std::string& asked)> first);

    /// Begins requests() and asked() anew.
    void forget_requests();

    /// From now on every request throws task_cancelled. memory_processor::cancel does it, too.
    void cancel() { cancelled_ = true; }

    http_response send(const http_request& request) override;
    void send_all(std::span<const http_request> requests,
                  const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) override;

  private:
    std::string address_;
    server answers_;
    std::function<std::optional<http_response>(const std::string&)> first_;
    std::vector<http_request> requests_;
    std::vector<std::string> asked_;
    bool cancelled_ = false;
};

}  // namespace core_communication::testing
