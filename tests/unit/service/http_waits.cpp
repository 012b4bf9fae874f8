#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using core_communication::failure;
using core_communication::http_outcome;
using core_communication::http_response;
using test::error_of;
using test::get;
using test::held_clock;
using test::limited;
using test::post;
using test::task;

TEST_CASE("a request that is told to wait goes again after that time, and the wait is logged") {
    for (const auto& [header, body] :
         {std::pair<std::string, std::string>("30", ""), {"", R"({"retry_after_ms": 30000})"}}) {
        held_clock clock;
        std::vector<service::http_clock::time_point> times;
        auto answer = limited(2, header, body);
        test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
            times.push_back(clock.now());
            answer(request, response);
        });
        service::http_engine engine({}, clock);
        task one(engine, server.address());
        one.log.on_wait = [&] {
            clock.advance(30s);
            engine.wake();
        };
        CHECK(one.http.send(get(server.address() + "/")).body == "hello");
        REQUIRE(times.size() == 3);
        CHECK(times[1] - times[0] == 30s);
        CHECK(times[2] - times[1] == 30s);
        const auto counters = engine.counters();
        CHECK(counters.waits == 2);
        CHECK(counters.waited == 60s);
        CHECK(counters.retries == 2);
        CHECK(one.log.lines.front() == server.address() + " asked this account to wait for 30000 ms");
    }
}

TEST_CASE("a request goes again after the server's milliseconds, not after the whole seconds above them") {
    held_clock clock;
    std::vector<service::http_clock::time_point> times;
    auto answer = limited(1, "2", R"({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1250})");
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        times.push_back(clock.now());
        answer(request, response);
    });
    service::http_engine engine({}, clock);
    task one(engine, server.address());
    one.log.on_wait = [&] {
        clock.advance(1250ms);
        engine.wake();
    };
    CHECK(one.http.send(get(server.address() + "/")).body == "hello");
    REQUIRE(times.size() == 2);
    CHECK(times[1] - times[0] == 1250ms);
    CHECK(engine.counters().waited == 1250ms);
}

TEST_CASE("where that wait is too long for a task, these milliseconds are what the task is told") {
    held_clock clock;
    test::http_stand_in server(limited(1, "2", R"({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1250})"));
    service::http_settings settings;
    settings.patience = 1s;
    service::http_engine engine(settings, clock);
    task one(engine, server.address());
    const auto error = error_of(one.http, get(server.address() + "/"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::rate_limited);
    CHECK(error->wait() == 1250ms);
}

TEST_CASE("an account that was told to wait waits as a whole, another one on the same server goes on") {
    held_clock clock;
    test::http_stand_in server(limited(1, "30"));
    service::http_settings settings;
    settings.patience = 10s;
    service::http_engine engine(settings, clock);
    task one(engine, server.address());
    task same_account(engine, server.address());
    task other_account(engine, server.address());

    const auto error = error_of(one.http, get(server.address() + "/one"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::rate_limited);
    CHECK(error->wait() == 30s);

    clock.advance(10s);
    // Known by its token alone, however the header is spelled and whatever else is sent.
    auto spelled = get(server.address() + "/same");
    spelled.headers.front().first = "authorization";
    spelled.headers.emplace_back("X-Request", "2");
    const auto same = error_of(same_account.http, spelled);
    REQUIRE(same.has_value());
    CHECK(same->kind() == failure::rate_limited);
    CHECK(same->wait() == 20s);

    CHECK(other_account.http.send(get(server.address() + "/other", "token-of-b")).body == "hello");
    CHECK(server.seen() == std::vector<std::string>{"GET /one", "GET /other"});

    clock.advance(20s);
    CHECK(same_account.http.send(get(server.address() + "/same")).body == "hello");
}

TEST_CASE("a server that keeps asking to wait is waited for as long as patience lasts") {
    held_clock clock;
    test::http_stand_in server(limited(1000, "30"));
    service::http_settings settings;
    settings.patience = 100s;
    service::http_engine engine(settings, clock);
    task one(engine, server.address());
    one.log.on_wait = [&] {
        clock.advance(30s);
        engine.wake();
    };
    const auto error = error_of(one.http, get(server.address() + "/"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::rate_limited);
    CHECK(error->wait() == 30s);
    CHECK(server.seen().size() == 4);
}

TEST_CASE("a server that says no time, or none at all, is given growing pauses") {
    for (const char* header : {"", "0"}) {
        held_clock clock;
        std::vector<service::http_clock::time_point> times;
        auto answer = limited(3, header);
        test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
            times.push_back(clock.now());
            answer(request, response);
        });
        service::http_settings settings;
        settings.first_pause = 500ms;
        service::http_engine engine(settings, clock);
        task one(engine, server.address());
        std::chrono::milliseconds pause = 500ms;
        one.log.on_wait = [&] {
            clock.advance(pause);
            pause *= 2;
            engine.wake();
        };
        CHECK(one.http.send(get(server.address() + "/")).body == "hello");
        REQUIRE(times.size() == 4);
        CHECK(times[3] - times[2] == 2s);
    }
}

TEST_CASE("answers to several requests that were under way are one wait of their account") {
    constexpr std::size_t all = 4;
    held_clock clock;
    test::http_stand_in server(limited(all, "30"));
    service::http_engine engine({}, clock);
    task one(engine, server.address());
    std::size_t told = 0;
    one.log.on_wait = [&] {
        if (++told < all) return;
        clock.advance(30s);
        engine.wake();
    };
    std::size_t answered = 0;
    one.http.send_all(std::vector(all, get(server.address() + "/")), [&](std::size_t, const http_outcome& outcome) {
        CHECK(outcome.response.has_value());
        ++answered;
    });
    CHECK(answered == all);
    CHECK(told == all);
    CHECK(engine.counters().waits == 1);
    CHECK(engine.counters().waited == 30s);
}

TEST_CASE("after a wait a server that is not ready is still asked by one request alone") {
    constexpr int all = 4;
    held_clock clock;
    std::atomic<int> seen = 0;
    std::atomic<bool> several = false;
    test::http_stand_in* at = nullptr;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        const int number = ++seen;
        if (number <= all) {
            clock.advance(1ms);  // what was sent before halves no limit once more
            limited(1, "30")(request, response);
            return;
        }
        // Time enough for another one that does not wait.
        for (int looks = 0; looks < 2'000 && !several; ++looks) {
            if (at->at_once() > 1) several = true;
            std::this_thread::yield();
        }
        if (number <= all + 2)
            response.status = 502;
        else
            response.set_content("hello", "text/plain");
    });
    at = &server;
    service::http_engine engine(test::without_pauses(), clock);
    task one(engine, server.address());
    int told = 0;
    one.log.on_wait = [&] {
        if (++told < all) return;
        // Until the first one got through, which is the third that was tried, each is alone.
        clock.advance(30s);
        engine.wake();
    };
    const std::vector requests(all, get(server.address() + "/"));
    std::size_t answered = 0;
    one.http.send_all(requests, [&](std::size_t, const http_outcome& outcome) {
        if (++answered == 1) CHECK(!several);
        CHECK(outcome.response.value_or(http_response{}).body == "hello");
    });
    CHECK(answered == all);
}

TEST_CASE("a server at its limit has done nothing, so what may not be repeated goes again, too") {
    held_clock clock;
    test::http_stand_in server(limited(1, "30"));
    service::http_engine engine({}, clock);
    task one(engine, server.address());
    one.log.on_wait = [&] {
        clock.advance(30s);
        engine.wake();
    };
    CHECK(one.http.send(post(server.address() + "/")).body == "hello");
    CHECK(server.seen().size() == 2);
}

TEST_CASE("what rests on something read just now is not sent again when it was told to wait") {
    held_clock clock;
    test::http_stand_in server(limited(1, "30"));
    service::http_engine engine({}, clock);
    task one(engine, server.address());
    auto request = post(server.address() + "/");
    request.repeatable = false;
    const auto error = error_of(one.http, request);
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::rate_limited);
    CHECK(error->wait() == 30s);
    CHECK(server.seen().size() == 1);
}

TEST_CASE("a request that may not be repeated and met a server that is not ready is told how long that asks to wait") {
    held_clock clock;
    test::http_stand_in server([](const httplib::Request&, httplib::Response& response) {
        response.status = 503;
        response.set_header("Retry-After", "30");
    });
    service::http_engine engine({}, clock);
    task one(engine, server.address());
    const auto error = error_of(one.http, post(server.address() + "/"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::rate_limited);
    CHECK(error->wait() == 30s);
    CHECK(server.seen().size() == 1);
}

TEST_CASE("a request that may not be repeated and was not sent yet waits with the others") {
    held_clock clock;
    test::http_stand_in server(limited(1, "30"));
    service::http_engine engine(test::one_at_a_time(), clock);
    task one(engine, server.address());
    one.log.on_wait = [&] {
        clock.advance(30s);
        engine.wake();
    };
    const std::vector requests{get(server.address() + "/"), post(server.address() + "/")};
    std::size_t answered = 0;
    one.http.send_all(requests, [&](std::size_t, const http_outcome& outcome) {
        CHECK(outcome.response.value_or(http_response{}).body == "hello");
        ++answered;
    });
    CHECK(answered == 2);
    CHECK(server.seen() == std::vector<std::string>{"GET /", "GET /", "POST /"});
}
