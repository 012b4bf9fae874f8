#include "service/http_answer.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace commhost;
using namespace std::chrono_literals;
using core_communication::http_method;

namespace {

using headers = std::vector<std::pair<std::string, std::string>>;

/// 2026-01-31T08:00:00Z
constexpr std::chrono::system_clock::time_point now{std::chrono::seconds(1'769'846'400)};

std::optional<std::chrono::milliseconds> wait_of(headers with, std::string body = "") {
    return service::wait_asked_for({429, std::move(with), std::move(body)}, now);
}

}  // namespace

TEST_CASE("the wait is read from Retry-After in seconds") {
    CHECK(wait_of({{"retry-after", "30"}}) == 30s);
    CHECK(wait_of({{"retry-after", "0"}}) == 0s);
    CHECK(wait_of({{"retry-after", "99999999999999999999"}}) == 24h);
}

TEST_CASE("the wait is read from Retry-After as a date, by the server's own clock where it shows it") {
    CHECK(wait_of({{"retry-after", "Sat, 31 Jan 2026 08:01:30 GMT"}}) == 90s);
    CHECK(wait_of({{"date", "Sat, 31 Jan 2026 08:01:00 GMT"}, {"retry-after", "Sat, 31 Jan 2026 08:01:30 GMT"}}) ==
          30s);
    CHECK(wait_of({{"retry-after", "Sat, 31 Jan 2026 07:00:00 GMT"}}) == 0s);
}

TEST_CASE("a date so far away that its milliseconds have no number is a day away") {
    CHECK(wait_of({{"retry-after", "Sun, 06 Nov 2147483646 08:49:37 GMT"}}) == 24h);
}

TEST_CASE("without the header the wait is read from retry_after_ms of the body") {
    CHECK(wait_of({}, R"({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500})") == 2500ms);
    CHECK(wait_of({}, R"({"retry_after_ms": 2500.7})") == 2500ms);
    CHECK(wait_of({}, R"({"retry_after_ms": -5})") == 0ms);
    CHECK(wait_of({}, R"({"retry_after_ms": 1e300})") == 24h);
}

TEST_CASE("where the header is the body's time in whole seconds, the wait is the body's") {
    CHECK(wait_of({{"retry-after", "3"}}, R"({"retry_after_ms": 2500})") == 2500ms);
    CHECK(wait_of({{"retry-after", "1"}}, R"({"retry_after_ms": 40})") == 40ms);
    CHECK(wait_of({{"retry-after", "3"}}, R"({"retry_after_ms": 3000})") == 3s);
    CHECK(wait_of({{"retry-after", "Sat, 31 Jan 2026 08:01:30 GMT"}}, R"({"retry_after_ms": 89500})") == 89'500ms);
}

TEST_CASE("where the header and the body contradict each other, the wait is the header's") {
    CHECK(wait_of({{"retry-after", "30"}}, R"({"retry_after_ms": 2500})") == 30s);
    CHECK(wait_of({{"retry-after", "3"}}, R"({"retry_after_ms": 3001})") == 3s);
    CHECK(wait_of({{"retry-after", "1"}}, R"({"retry_after_ms": 0})") == 1s);
    CHECK(wait_of({{"retry-after", "3"}}, R"({"retry_after_ms": "2500"})") == 3s);
}

TEST_CASE("an answer that names no time names none") {
    CHECK(wait_of({}) == std::nullopt);
    CHECK(wait_of({{"retry-after", "soon"}}) == std::nullopt);
    CHECK(wait_of({}, R"({"retry_after_ms": "2500"})") == std::nullopt);
    CHECK(wait_of({}, R"([2500])") == std::nullopt);
    CHECK(wait_of({}, "<html>") == std::nullopt);
}

TEST_CASE("GET, PUT and DELETE may be repeated, POST and PATCH when they say so") {
    core_communication::http_request request;
    for (const auto& [method, repeatable] : {std::pair(http_method::get, true),
                                             {http_method::put, true},
                                             {http_method::delete_, true},
                                             {http_method::post, false},
                                             {http_method::patch, false}}) {
        request.method = method;
        request.repeatable.reset();
        CHECK(service::may_repeat(request) == repeatable);
        request.repeatable = !repeatable;
        CHECK(service::may_repeat(request) == !repeatable);
    }
}
