#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <string>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using core_communication::failure;
using core_communication::http_method;
using core_communication::log_level;
using test::contains;
using test::error_of;
using test::get;
using test::held_clock;
using test::post;
using test::say_hello;
using test::task;
using test::without_pauses;

TEST_CASE("a server that is not ready is tried three times, for what may be repeated") {
    for (const int status : {502, 503, 504}) {
        test::http_stand_in server(
            [&](const httplib::Request&, httplib::Response& response) { response.status = status; });
        service::http_engine engine(without_pauses());
        task one(engine, server.address());
        const auto error = error_of(one.http, get(server.address() + "/"));
        REQUIRE(error.has_value());
        CHECK(error->kind() == failure::unavailable);
        CHECK(contains(error->what(), "the server answered " + std::to_string(status)));
        CHECK(server.seen().size() == 3);
        CHECK(engine.take_counters().retries == 2);
        CHECK(error_of(one.http, post(server.address() + "/"))->kind() == failure::unavailable);
        CHECK(server.seen().size() == 4);
        auto request = post(server.address() + "/");
        request.repeatable = true;
        CHECK(error_of(one.http, request)->kind() == failure::unavailable);
        CHECK(server.seen().size() == 7);
    }
}

TEST_CASE("a server that comes back at the last try has answered") {
    std::atomic<int> left = 2;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        if (left-- > 0)
            response.status = 503;
        else
            say_hello(request, response);
    });
    service::http_engine engine(without_pauses());
    task one(engine, server.address());
    CHECK(one.http.send(get(server.address() + "/")).body == "hello");
}

TEST_CASE("a connection lost in the middle of an answer: a GET is sent again, a POST is not") {
    std::atomic<int> left = 1;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        if (left-- <= 0) return say_hello(request, response);
        response.set_content_provider(1000, "image/png", [](std::size_t offset, std::size_t, httplib::DataSink& sink) {
            return offset == 0 && sink.write("half", 4);
        });
    });
    service::http_engine engine(without_pauses());
    task one(engine, server.address());
    CHECK(one.http.send(get(server.address() + "/")).body == "hello");
    CHECK(server.seen().size() == 2);
    left = 1;
    const auto error = error_of(one.http, post(server.address() + "/"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::unavailable);
    CHECK(server.seen().size() == 3);
}

TEST_CASE("a kept connection that closes in place of an answer: a GET is sent again, a POST is not") {
    const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    for (const bool repeatable : {true, false}) {
        test::raw_stand_in server([&](std::size_t number, const std::string&) {
            if (number == 1) return test::raw_stand_in::reaction{"", true};
            return test::raw_stand_in::reaction{hello};
        });
        service::http_engine engine(without_pauses());
        task one(engine, server.address());
        CHECK(one.http.send(get(server.address() + "/")).body == "hello");
        if (repeatable) {
            CHECK(one.http.send(get(server.address() + "/")).body == "hello");
            CHECK(server.requests() == 3);
            CHECK(server.connections() == 2);
        } else {
            CHECK(error_of(one.http, post(server.address() + "/"))->kind() == failure::unavailable);
            CHECK(server.requests() == 2);
            CHECK(one.http.send(post(server.address() + "/")).body == "hello");
        }
    }
}

TEST_CASE("a connection that cannot be made is tried again, even for a POST, and the reason is libcurl's") {
    std::string address;
    {
        const test::raw_stand_in gone([](std::size_t, const std::string&) { return test::raw_stand_in::reaction{}; });
        address = gone.address();
    }
    service::http_engine engine(without_pauses());
    task one(engine, address);
    const auto error = error_of(one.http, post(address + "/"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::unavailable);
    CHECK(contains(error->what(), "connect"));
    CHECK(engine.counters().requests[static_cast<std::size_t>(http_method::post)][0] == 3);
}

TEST_CASE("an answer that never ends is given up when its time is over") {
    std::latch over{1};
    test::http_stand_in server([&](const httplib::Request&, httplib::Response& response) {
        response.set_chunked_content_provider("image/png", [&](std::size_t offset, httplib::DataSink& sink) {
            if (offset == 0) return sink.write("begun", 5);
            over.wait();
            return false;
        });
    });
    auto settings = without_pauses();
    settings.tries = 2;
    service::http_engine engine(settings);
    task one(engine, server.address());
    auto request = get(server.address() + "/");
    request.timeout = 50ms;
    const auto error = error_of(one.http, request);
    over.count_down();
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::unavailable);
    CHECK(engine.counters().requests[static_cast<std::size_t>(http_method::get)][0] == 2);
}

TEST_CASE("tries are apart by pauses that double") {
    held_clock clock;
    std::vector<service::http_clock::time_point> times;
    test::http_stand_in server([&](const httplib::Request&, httplib::Response& response) {
        times.push_back(clock.now());
        response.status = 503;
    });
    service::http_settings settings;
    settings.first_pause = 500ms;
    service::http_engine engine(settings, clock);
    service::stop_source source;
    class mover final : public core_communication::logger {
      public:
        mover(held_clock& clock, service::http_engine& engine) : clock_(clock), engine_(engine) {}
        void log(log_level, std::string_view message) override {
            const auto at = message.find("again in ");
            if (at == std::string_view::npos) return;
            clock_.advance(std::chrono::milliseconds(std::stoi(std::string(message.substr(at + 9)))));
            engine_.wake();
        }

      private:
        held_clock& clock_;
        service::http_engine& engine_;
    } log(clock, engine);
    service::account_http http(engine, {{server.address()}, {}}, source.stop(), log);
    CHECK(error_of(http, get(server.address() + "/"))->kind() == failure::unavailable);
    REQUIRE(times.size() == 3);
    CHECK(times[1] - times[0] == 500ms);
    CHECK(times[2] - times[1] == 1s);
}

TEST_CASE("a server that has too much to do, or does not answer in time, is sent fewer at once") {
    for (const int status : {429, 502, 503, 504, 0}) {
        INFO(status);
        std::latch over{1};
        test::http_stand_in server([&](const httplib::Request&, httplib::Response& response) {
            if (status == 0) over.wait();
            response.status = status == 0 ? 200 : status;
            if (status == 429) response.set_header("Retry-After", "1");
        });
        auto settings = without_pauses();
        settings.tries = 1;
        settings.patience = 0s;
        service::http_engine engine(settings);
        task one(engine, server.address());
        auto request = post(server.address() + "/");
        request.timeout = status == 0 ? 2s : 60s;
        const auto error = error_of(one.http, request);
        over.count_down();
        CHECK(error.has_value());
        CHECK(engine.takes_at_once() == 4);
        CHECK(engine.counters().limit_cuts == 1);
        CHECK(engine.counters().most_at_once == 1);
    }
}

TEST_CASE("a server that answers badly, or is not reached, is sent as many at once as before") {
    test::http_stand_in server([](const httplib::Request&, httplib::Response& response) { response.status = 500; });
    service::http_engine engine(without_pauses());
    task one(engine, server.address());
    one.http.send(get(server.address() + "/"));
    CHECK(engine.takes_at_once() == 8);
    CHECK(engine.counters().limit_cuts == 0);
}
