#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using core_communication::failure;
using core_communication::http_outcome;
using core_communication::http_request;
using test::get;
using test::say_hello;
using test::task;
using test::without_pauses;

TEST_CASE("each request of a batch has its outcome, on the calling thread, one that fails not stopping the others") {
    test::http_stand_in server([](const httplib::Request& request, httplib::Response& response) {
        if (request.path == "/3") response.status = 503;
        response.set_content(request.path, "text/plain");
    });
    service::http_engine engine(without_pauses());
    task one(engine, server.address());
    std::vector<http_request> requests;
    for (int index = 0; index < 6; ++index) requests.push_back(get(server.address() + "/" + std::to_string(index)));
    requests[4].url = "https://elsewhere.example/";
    std::vector<int> outcomes(requests.size());
    one.http.send_all(requests,
                      [&, caller = std::this_thread::get_id()](std::size_t index, const http_outcome& outcome) {
                          CHECK(std::this_thread::get_id() == caller);
                          CHECK(outcome.response.has_value() != outcome.error.has_value());
                          ++outcomes.at(index);
                          if (index == 3)
                              CHECK(outcome.error->kind() == failure::unavailable);
                          else if (index == 4)
                              CHECK(outcome.error->kind() == failure::invalid);
                          else
                              CHECK(outcome.response->body == "/" + std::to_string(index));
                      });
    CHECK(outcomes == std::vector<int>{1, 1, 1, 1, 1, 1});
    one.http.send_all({}, [](std::size_t, const http_outcome&) { FAIL("called for nothing"); });
}

TEST_CASE("inside a room requests begin in the order of the batch, at first one at a time") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
    task one(engine, server.address());
    std::vector<http_request> requests;
    for (int number = 0; number < 20; ++number) {
        requests.push_back(get(server.address() + "/" + std::to_string(number)));
        requests.back().touches_room = "!room:s";
    }
    one.http.send_all(requests, [](std::size_t, const http_outcome&) {});
    const auto seen = server.seen();
    REQUIRE(seen.size() == 20);
    for (std::size_t number = 0; number < seen.size(); ++number)
        CHECK(seen[number] == "GET /" + std::to_string(number));
    CHECK(server.most_at_once() == 1);
}

TEST_CASE("two tasks take turns in a room that both touch") {
    test::http_stand_in server(say_hello);
    service::http_settings settings;
    settings.requests_per_room = 1;
    service::http_engine engine(settings);
    auto request = get(server.address() + "/");
    request.touches_room = "!room:s";
    const std::vector<http_request> requests(20, request);
    std::vector<std::thread> threads;
    for (int number = 0; number < 3; ++number)
        threads.emplace_back([&] {
            task one(engine, server.address());
            one.http.send_all(requests, [](std::size_t, const http_outcome&) {});
        });
    for (auto& thread : threads) thread.join();
    CHECK(server.seen().size() == 60);
    CHECK(server.most_at_once() == 1);
}

TEST_CASE(
    "two are sent at once in a room to see how its server takes them, and what is of another kind waits for both") {
    std::atomic<int> came = 0;
    std::atomic<int> in_pairs = 0;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response&) {
        const int number = ++came;
        // The limit has its first measurement after 24 answers, and tries two for as many.
        if (request.method == "GET" && number > 26 && number < 38) in_pairs += server.wait_for_at_once(2) ? 1 : 0;
        if (request.method == "PUT") CHECK(server.at_once() == 1);
    });
    service::http_engine engine;
    task one(engine, server.address());
    std::vector<http_request> requests(40, get(server.address() + "/"));
    requests.back().method = core_communication::http_method::put;
    for (auto& request : requests) request.touches_room = "!room:s";
    one.http.send_all(requests, [](std::size_t, const http_outcome&) {});
    CHECK(in_pairs == 11);
    CHECK(server.most_at_once() == 2);
    CHECK(server.seen().back() == "PUT /");
}

TEST_CASE("a room's name that is endless is refused") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
    task one(engine, server.address());
    auto request = get(server.address() + "/");
    request.touches_room = std::string(1001, 'r');
    CHECK_THROWS_AS(one.http.send(request), core_communication::provider_error);
    CHECK(server.seen().empty());
}

TEST_CASE("inside a batch as many are under way as the settings say, and no more") {
    test::http_stand_in other(say_hello);
    service::http_settings settings;
    settings.requests_per_batch = 3;
    std::function<void()> meanwhile;
    test::http_stand_in server([&](const httplib::Request&, httplib::Response&) { meanwhile(); });
    service::http_engine engine(settings);
    task beside(engine, other.address());
    task one(engine, server.address());
    meanwhile = [&, mutex = std::make_shared<std::mutex>()] {
        CHECK(server.wait_for_at_once(3));
        // A round trip through the same engine: time for a fourth to arrive, if it were let through.
        const std::scoped_lock locked(*mutex);
        beside.http.send(get(other.address() + "/"));
    };
    const std::vector<http_request> requests(12, get(server.address() + "/"));
    one.http.send_all(requests, [](std::size_t, const http_outcome&) {});
    CHECK(server.most_at_once() == 3);
}

TEST_CASE("on one server as many are under way as the settings say, whoever sends them") {
    test::http_stand_in other(say_hello);
    service::http_settings settings;
    settings.requests_per_origin = 4;
    std::function<void()> meanwhile;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        meanwhile();
        response.set_content(request.path, "text/plain");
    });
    service::http_engine engine(settings);
    task beside(engine, other.address());
    meanwhile = [&, mutex = std::make_shared<std::mutex>()] {
        CHECK(server.wait_for_at_once(4));
        const std::scoped_lock locked(*mutex);
        beside.http.send(get(other.address() + "/"));
    };
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int number = 0; number < 9; ++number)
        threads.emplace_back([&, number] {
            task one(engine, server.address());
            const std::string path = "/" + std::to_string(number);
            for (int count = 0; count < 5; ++count) right += one.http.send(get(server.address() + path)).body == path;
        });
    for (auto& thread : threads) thread.join();
    CHECK(right == 45);
    CHECK(server.most_at_once() == 4);
}

TEST_CASE("a caller that falls behind is not flooded with answers") {
    test::http_stand_in server(say_hello);
    test::http_stand_in other(say_hello);
    service::http_engine engine(test::one_at_a_time());
    task one(engine, server.address());
    task beside(engine, other.address());
    const std::vector<http_request> requests(30, get(server.address() + "/"));
    std::size_t seen_at_first = 0;
    one.http.send_all(requests, [&](std::size_t index, const http_outcome&) {
        if (index > 0) return;
        for (int trips = 0; trips < 50; ++trips) beside.http.send(get(other.address() + "/"));
        seen_at_first = server.seen().size();
    });
    // The one being worked on, two that wait for it.
    CHECK(seen_at_first <= 3);
    CHECK(server.seen().size() == 30);
}

TEST_CASE("what on_outcome throws ends the batch and is thrown on") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
    task one(engine, server.address());
    const std::vector<http_request> requests(30, get(server.address() + "/"));
    CHECK_THROWS_AS(one.http.send_all(requests, [](std::size_t, const http_outcome&) { throw std::length_error("x"); }),
                    std::length_error);
    CHECK(server.seen().size() < 30);
    CHECK(one.http.send(requests[0]).body == "hello");
}
