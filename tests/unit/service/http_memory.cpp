#include "service/http_memory.hpp"

#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <atomic>
#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

using namespace commhost;
using core_communication::failure;
using core_communication::http_outcome;
using core_communication::http_response;
using service::http_memory;
using test::error_of;
using test::get;
using test::post;
using test::task;

TEST_CASE("what answers hold is given back with them, and it is told when there is room again") {
    int told = 0;
    http_memory memory(10, 100, [&] { ++told; });
    {
        http_memory::share one(memory);
        one.grow(10);
        CHECK(!memory.is_enough());
        http_memory::share other(memory);
        other.grow(90);
        CHECK(memory.is_enough());
        CHECK_THROWS_AS(one.grow(1), std::bad_alloc);
        const auto moved = std::move(other);
        CHECK(memory.is_enough());
        CHECK(told == 0);
    }
    CHECK(told == 1);
    http_memory::share again(memory);
    again.grow(100);
    CHECK(memory.is_enough());
    again = {};
    CHECK(!memory.is_enough());
    CHECK(told == 2);
}

TEST_CASE("while callers have answers enough no request begins") {
    std::atomic<bool> is_held = false;
    std::atomic<int> begun_meanwhile = 0;
    test::http_stand_in server([&](const httplib::Request&, httplib::Response& response) {
        if (is_held.exchange(true)) ++begun_meanwhile;
        response.set_content(std::string(1000, 'a'), "text/plain");
    });
    test::http_stand_in elsewhere(
        [](const httplib::Request&, httplib::Response& response) { response.set_content("hello", "text/plain"); });
    auto settings = test::one_at_a_time();
    settings.answers_enough = 500;
    service::http_engine engine(settings);
    service::http_engine other_engine;
    task one(engine, server.address());
    task other(other_engine, elsewhere.address());
    const std::vector requests(20, get(server.address() + "/"));
    std::size_t answered = 0;
    one.http.send_all(requests, [&](std::size_t, const http_outcome& outcome) {
        CHECK(outcome.response.value_or(http_response{}).body.size() == 1000);
        ++answered;
        // Time enough for a request that does not wait.
        for (int index = 0; index < 3; ++index) other.http.send(get(elsewhere.address() + "/"));
        is_held = false;
    });
    CHECK(answered == 20);
    CHECK(begun_meanwhile == 0);
}

TEST_CASE("an answer for which there is no room beside the others is lost, and asked for again where that is safe") {
    std::atomic<std::size_t> longest = 2000;
    test::http_stand_in server([&](const httplib::Request&, httplib::Response& response) {
        response.set_content(std::string(longest, 'a'), "text/plain");
    });
    auto settings = test::without_pauses();
    settings.answers_most = 1000;
    service::http_engine engine(settings);
    task one(engine, server.address());
    const auto error = error_of(one.http, get(server.address() + "/"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::unavailable);
    CHECK(std::string(error->what()).find("no memory for the answer") != std::string::npos);
    CHECK(server.seen().size() == 3);
    CHECK(error_of(one.http, post(server.address() + "/")).has_value());
    CHECK(server.seen().size() == 4);
    // What was broken off holds nothing.
    longest = 1000;
    for (int index = 0; index < 5; ++index) CHECK(one.http.send(get(server.address() + "/")).body.size() == 1000);
}
