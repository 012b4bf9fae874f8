#pragma once

#include "service/http_client.hpp"
#include "service/http_stand_in.hpp"

#include <core_communication/provider_error.hpp>

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::test {

/// A clock that stands still until a test moves it, and that adds no jitter.
class held_clock final : public service::http_clock {
  public:
    time_point now() const override { return time_point(now_.load()); }
    std::chrono::system_clock::time_point date() const override { return {}; }
    double jitter() override { return 0; }

    void advance(std::chrono::milliseconds time) { now_ = now_.load() + time; }

  private:
    std::atomic<time_point::duration> now_{std::chrono::hours(1)};
};

/// Keeps what is logged, and lets a test act at that point: the client logs on the caller's thread, and a request that
/// was told to wait is waiting by then.
class kept_lines final : public core_communication::logger {
  public:
    void log(core_communication::log_level, std::string_view message) override {
        lines.emplace_back(message);
        if (on_wait && message.find("asked this account to wait") != std::string_view::npos) on_wait();
    }

    std::vector<std::string> lines;
    std::function<void()> on_wait;
};

inline service::http_settings without_pauses() {
    service::http_settings settings;
    settings.first_pause = std::chrono::milliseconds(0);
    return settings;
}

/// Of a batch, however many the server would take.
inline service::http_settings one_at_a_time() {
    service::http_settings settings;
    settings.requests_per_batch = 1;
    return settings;
}

/// One task: what it may reach, with what it is stopped and where it logs.
struct task {
    task(service::http_engine& engine, const std::string& address, std::vector<std::string> secrets = {})
        : http(engine, {{address}, std::move(secrets)}, source.stop(), log) {}

    service::stop_source source;
    kept_lines log;
    service::account_http http;
};

inline core_communication::http_request get(const std::string& url, const std::string& token = "token-of-a") {
    core_communication::http_request request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer " + token}};
    return request;
}

inline core_communication::http_request post(const std::string& url) {
    auto request = get(url);
    request.method = core_communication::http_method::post;
    request.body = "{}";
    return request;
}

/// What send throws, or empty.
inline std::optional<core_communication::provider_error> error_of(core_communication::http_service& http,
                                                                  const core_communication::http_request& request) {
    try {
        http.send(request);
    } catch (const core_communication::provider_error& error) {
        return error;
    }
    return std::nullopt;
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

inline void say_hello(const httplib::Request&, httplib::Response& response) {
    response.set_content("hello", "text/plain");
}

/// 429 for the first `count` requests, hello for those after them.
inline http_stand_in::handler limited(std::size_t count, std::string retry_after, std::string body = "") {
    auto left = std::make_shared<std::atomic<std::size_t>>(count);
    return [=](const httplib::Request& request, httplib::Response& response) {
        if (*left == 0) return say_hello(request, response);
        --*left;
        response.status = 429;
        if (!retry_after.empty()) response.set_header("Retry-After", retry_after);
        response.set_content(body, "application/json");
    };
}

}  // namespace commhost::test
