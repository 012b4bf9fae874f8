#pragma once

#include <core_communication/api.hpp>
#include <core_communication/provider_error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core_communication::inline v1 {

/// How a request is sent (RFC 9110, section 9).
enum class http_method : std::uint8_t {
    get,      ///< GET
    put,      ///< PUT
    post,     ///< POST
    patch,    ///< PATCH
    delete_,  ///< DELETE
};

/// What is sent.
struct http_request {
    http_method method = http_method::get;  ///< GET unless something else is said.

    /// Absolute, http or https. Only origins (scheme, host, port) that the plugin's own settings of type url name are
    /// let through; anything else is failure::invalid and nothing is sent.
    std::string url;

    /// Sent as they are. No value of a header is ever logged.
    std::vector<std::pair<std::string, std::string>> headers;

    std::string body;                               ///< Empty: none.
    std::string content_type = "application/json";  ///< Of the body; not sent without one.

    /// The room on the server that the request works in, in whatever word names it there and at most 1,000 bytes;
    /// empty: none, as for an account or a look at the server. Those of one batch that name the same room of one origin
    /// are begun in its order, one that has to be sent again before those behind it. How many of them are under way at once
    /// is the host's to find: one where more would only wait for each other, as on most chat servers near by, and several
    /// where the server is far away or takes them. So what needs another's result, or has to come after it, goes in a
    /// later call. Of two calls, whatever task they are from, no requests for the same room are under way together.
    /// Those that name none may be under way several at once and in any order.
    std::string touches_room;

    /// Whether the request may be sent again when its answer was lost. Empty: GET, PUT and DELETE may, POST and PATCH
    /// may not, but for a 429, which says that nothing was done. Set it to true for a POST that changes nothing the second time, and to
    /// false for what rests on something read just now: it is sent once, and you read again before you send another.
    std::optional<bool> repeatable;

    /// For one try as a whole: connecting, where no connection is kept, sending, and the answer up to its last byte.
    std::chrono::milliseconds timeout{60'000};

    /// In bytes. A longer answer is failure::invalid.
    std::size_t response_limit = 64U << 20U;
};

/// What came back.
struct http_response {
    int status = 0;                                            ///< Of RFC 9110, section 15.
    std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.
    std::string body;                                          ///< As it came, whatever its type is.
};

/// What became of one request of a batch: exactly one of the two is set.
struct http_outcome {
    std::optional<http_response> response;  ///< The answer.
    std::optional<provider_error> error;    ///< Why there is none.
};

/// The host's http client. It keeps connections, verifies TLS, follows no redirect, obeys Retry-After and
/// retry_after_ms for the whole account, decides how many requests are under way, and repeats only what is safe.
///
/// Any status other than 429, 502, 503 and 504 comes back as a response, be it 200 or 404: what it means is the
/// plugin's to say. Those four, and transport errors, are retried while that is safe and worth it and then end as
/// failure::rate_limited or failure::unavailable.
class CORE_COMMUNICATION_API http_service {
  public:
    virtual ~http_service();

    /// Blocks until answered. Throws provider_error (unavailable, rate_limited, invalid) and task_cancelled.
    /// [provider thread]
    virtual http_response send(const http_request& request) = 0;

    /// Sends all of them, in any order and possibly several at once, but for the order in which http_request::touches_room
    /// has them begun; none may need another one's result. One that fails does not stop the others. on_outcome is called once for each, on the calling thread, in
    /// the order of their answers, with the request's index. Blocks until the last one. Throws task_cancelled only.
    /// [provider thread]
    virtual void send_all(std::span<const http_request> requests,
                          const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) = 0;
};

/// "GET", "PUT", ... [any thread]
CORE_COMMUNICATION_API const char* to_string(http_method method) noexcept;

/// text as one path segment or query value: everything but A-Z a-z 0-9 - . _ ~ becomes %XX (RFC 3986, section 2.3).
/// [any thread]
CORE_COMMUNICATION_API std::string percent_encode(std::string_view text);

}  // namespace core_communication::inline v1
