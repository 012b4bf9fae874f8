#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <chrono>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::task_cancelled;
using test::get;
using test::held_clock;
using test::kept_lines;
using test::limited;
using test::say_hello;
using test::task;

TEST_CASE("a task that is stopped before sends nothing") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
    task one(engine, server.address());
    one.source.request();
    CHECK_THROWS_AS(one.http.send(get(server.address() + "/")), task_cancelled);
    // Nor does it hear of what could not be sent anyway.
    std::vector<http_request> requests(3, get(server.address() + "/"));
    requests.front().url = "https://elsewhere.example/";
    CHECK_THROWS_AS(one.http.send_all(requests, [](std::size_t, const http_outcome&) { FAIL("called"); }),
                    task_cancelled);
    CHECK(server.seen().empty());
}

TEST_CASE("a request that waits for its account is woken by the stop") {
    held_clock clock;
    test::http_stand_in server(limited(1, "30"));
    service::http_engine engine({}, clock);
    task one(engine, server.address());
    std::thread other;
    one.log.on_wait = [&] { other = std::thread([&] { one.source.request(); }); };
    CHECK_THROWS_AS(one.http.send(get(server.address() + "/")), task_cancelled);
    other.join();
    CHECK(server.seen().size() == 1);
}

TEST_CASE("a request under way is broken off by the stop, and the engine goes on") {
    std::latch over{1};
    std::promise<void> broken_off;
    service::stop_source source;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        if (request.path == "/well") return say_hello(request, response);
        source.request();
        over.wait();
        // The stand-in sees that nobody listens any more: writing fails before the answer is whole.
        response.set_chunked_content_provider("image/png", [&](std::size_t, httplib::DataSink& sink) {
            const std::string piece(100'000, 'x');
            if (sink.is_writable() && sink.write(piece.data(), piece.size())) return true;
            broken_off.set_value();
            return false;
        });
    });
    service::http_engine engine;
    kept_lines log;
    service::account_http http(engine, {{server.address()}, {}}, source.stop(), log);
    CHECK_THROWS_AS(http.send(get(server.address() + "/")), task_cancelled);
    task two(engine, server.address());
    CHECK(two.http.send(get(server.address() + "/well")).body == "hello");
    over.count_down();
    CHECK(broken_off.get_future().wait_for(30s) == std::future_status::ready);
}

TEST_CASE("a stopped batch gives what was answered by then, and sends no more") {
    test::http_stand_in server(say_hello);
    test::http_stand_in other(say_hello);
    service::http_engine engine(test::one_at_a_time());
    task one(engine, server.address());
    task beside(engine, other.address());
    const std::vector<http_request> requests(30, get(server.address() + "/"));
    std::size_t answered = 0;
    const auto stop_at_the_first = [&](std::size_t, const http_outcome&) {
        ++answered;
        // Time for the engine to have more answers ready, and then for more than those if it went on.
        for (int trips = 0; trips < 50; ++trips) beside.http.send(get(other.address() + "/"));
        one.source.request();
    };
    CHECK_THROWS_AS(one.http.send_all(requests, stop_at_the_first), task_cancelled);
    // Besides the first, two may have been answered and a third under way.
    CHECK(answered <= 3);
    CHECK(server.seen().size() <= 4);
}

TEST_CASE("a batch whose time is over sends no more, though nobody has said so") {
    service::stop_source source;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        source.lasts_until(std::chrono::steady_clock::now() - 1ms);
        say_hello(request, response);
    });
    service::http_engine engine(test::one_at_a_time());
    kept_lines log;
    service::account_http http(engine, {{server.address()}, {}}, source.stop(), log);
    const std::vector<http_request> requests(30, get(server.address() + "/"));
    std::size_t answered = 0;
    CHECK_THROWS_AS(http.send_all(requests, [&](std::size_t, const http_outcome&) { ++answered; }), task_cancelled);
    CHECK(answered <= 1);  // the one under way may be broken off
    CHECK(server.seen().size() == 1);
}
