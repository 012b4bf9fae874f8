#pragma once

#include "service/http_clock.hpp"
#include "service/stop.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/logger.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace commhost::service {

struct http_settings {
    /// PEM certificates to trust instead of the system's. Empty: the system's.
    std::string ca_file;

    /// Empty: none. The environment's http_proxy and so on are never looked at.
    std::string proxy;

    /// How many requests are under way at once at most: of one batch, of one origin, and of those in one room
    /// (http_request::touches_room). How many of these a server takes is found out (http_limit.hpp). The second is as many
    /// connections as are kept; the third is what a server 100 ms away is kept busy by that needs 7 ms for each.
    std::size_t requests_per_batch = 32;
    std::size_t requests_per_origin = 64;
    std::size_t requests_per_room = 16;

    /// How often a request is sent in all when the server is not reached or not ready.
    int tries = 3;

    /// The pause before the second try; it doubles with each further one.
    std::chrono::milliseconds first_pause{500};

    /// How long the requests of one call wait in all because a server asked their account to, however many of them it asks.
    /// What is left of them when it would be longer is failure::rate_limited.
    std::chrono::milliseconds patience{120'000};

    /// Of the answers that are held, in bytes of their bodies: while they come in, and until the caller has done with them. With
    /// more than the first no request begins. What would go beyond the second is broken off, as if its connection were lost, and
    /// asked for again where that is safe. A worker may have 2 GiB for all that it does.
    std::size_t answers_enough = 256U << 20U;
    std::size_t answers_most = 768U << 20U;

    /// For name, connection and TLS together.
    std::chrono::milliseconds connect_timeout{15'000};
};

/// What the client did since it was made, or since take_counters().
struct http_counters {
    /// By http_method and status class: [.][1] is 1xx ... [.][5] is 5xx, [.][0] tries that ended without a status.
    std::array<std::array<std::uint64_t, 6>, 5> requests{};
    std::uint64_t bytes_sent = 0;      ///< Headers and bodies, as they went over the wire within TLS.
    std::uint64_t bytes_received = 0;  ///< The same; compressed where the server compressed.
    std::uint64_t connections_opened = 0;
    std::uint64_t retries = 0;            ///< Tries after the first.
    std::uint64_t waits = 0;              ///< How often an account began to wait because a server asked it to.
    std::chrono::milliseconds waited{0};  ///< How long accounts waited for that, in all.
    std::uint64_t most_at_once = 0;       ///< Requests under way.
    std::uint64_t limit_cuts = 0;         ///< How often fewer were let under way since a server had too much to do.

    std::uint64_t total() const;
    std::uint64_t of(core_communication::http_method method) const;
};

/// The http engine of a worker process: one thread, with libcurl's multi interface, that all tasks share. Connections,
/// names and TLS sessions are kept; HTTP/2 is spoken where the server offers it. Any thread.
class http_engine {
  public:
    /// Throws message::error (SERVICE_CA_FILE, SERVICE_HTTP_START).
    explicit http_engine(http_settings settings = {});

    /// clock must live longer. A test that moves it calls wake() afterwards.
    http_engine(http_settings settings, http_clock& clock);

    /// No account_http may be in a call.
    ~http_engine();
    http_engine(const http_engine&) = delete;
    http_engine& operator=(const http_engine&) = delete;

    http_counters counters() const;

    /// Returns the counters and begins them anew.
    http_counters take_counters();

    /// How many requests the servers were found to take at once: of the one that takes most. 0 before the first answer; as many as
    /// one begins with (http_limit_rule::start) until something was found.
    std::size_t takes_at_once() const;

    /// Looks at the clock again.
    void wake();

  private:
    friend class account_http;
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

/// One task's account at its server.
struct http_account {
    /// The values of the plugin's settings of type url. Only their origins (scheme, host, port) are let through. Empty
    /// ones are left out.
    std::vector<std::string> addresses;

    /// The values of the plugin's settings of type secret: blanked wherever a log line or an error would show them.
    std::vector<std::string> secrets;

    /// False where the log is not at debug level: spares making a line for each request.
    bool log_requests = true;
};

/// The http service of one task: knows where it may go, when to stop and where to log; the engine does the rest.
///
/// When a server asks to wait (429, or 503 with Retry-After), every request of the same account, that is of the same
/// origin and Authorization header, waits, whatever task it is from; then one goes ahead, and the others follow once it
/// got through. A 503 leaves open whether the server had begun: a request that must not be repeated is then
/// failure::rate_limited at once.
///
/// One thread at a time, the one that calls the provider; on_outcome and the logger are called on it.
class account_http final : public core_communication::http_service {
  public:
    /// engine and to must live longer. Throws message::error (SERVICE_ADDRESS).
    account_http(http_engine& engine, const http_account& account, service::stop stop, core_communication::logger& to);
    ~account_http() override;

    core_communication::http_response send(const core_communication::http_request& request) override;

    /// What on_outcome throws ends the batch: the rest is not sent, what is under way is broken off, and it is thrown
    /// on.
    void send_all(
        std::span<const core_communication::http_request> requests,
        const std::function<void(std::size_t index, const core_communication::http_outcome&)>& on_outcome) override;

  private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace commhost::service
