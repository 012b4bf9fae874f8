#include <core_communication/testing/scripted_http.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

using core_communication::failure;
using core_communication::http_method;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;
using core_communication::testing::scripted_http;
using namespace std::chrono_literals;

namespace {

http_request get(const std::string& url) {
    http_request request;
    request.url = url;
    return request;
}

/// What is thrown where the server answers so.
std::optional<provider_error> error_of(const http_response& answer) {
    scripted_http http([&](const http_request&) { return answer; });
    try {
        http.send(get("http://chat.test/"));
    } catch (const provider_error& thrown) {
        return thrown;
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a plugin gets the answer of the script, and a test sees what was asked") {
    scripted_http http([](const http_request& request) { return http_response{200, {}, "of " + request.url}; });
    auto request = get("http://chat.test/rooms/1");
    request.method = http_method::put;
    CHECK(http.send(request).body == "of http://chat.test/rooms/1");
    CHECK(http.asked() == std::vector<std::string>{"PUT http://chat.test/rooms/1"});
}

TEST_CASE("the answers that a host keeps from a plugin are errors, and no others") {
    CHECK(error_of({429, {{"retry-after", "7"}}, ""}).value().wait() == 7000ms);
    CHECK(error_of({429, {}, ""}).value().kind() == failure::rate_limited);
    for (const int status : {502, 503, 504}) CHECK(error_of({status, {}, ""}).value().kind() == failure::unavailable);
    for (const int status : {200, 404, 403, 500}) CHECK_FALSE(error_of({status, {}, ""}).has_value());
}

TEST_CASE("one request of a batch that fails does not stop the others") {
    scripted_http http([](const http_request& request) -> http_response {
        if (request.url == "b") throw provider_error(failure::unavailable, "the connection was refused");
        return {200, {}, request.url};
    });
    const std::vector<http_request> batch{get("a"), get("b"), get("c")};
    std::vector<std::string> told;
    http.send_all(batch, [&](std::size_t index, const http_outcome& outcome) {
        told.push_back(std::to_string(index) + (outcome.response ? outcome.response->body : outcome.error->what()));
    });
    CHECK(told == std::vector<std::string>{"0a", "1the connection was refused", "2c"});
}

TEST_CASE("a task that is to stop sends nothing more") {
    scripted_http http([](const http_request&) { return http_response{200, {}, ""}; });
    http.cancel();
    CHECK_THROWS_AS(http.send(get("a")), core_communication::task_cancelled);
    CHECK(http.requests().empty());
}

TEST_CASE("a server is asked by path, and what leads elsewhere is not sent") {
    scripted_http http("http://chat.test", [](const std::string& asked, const http_request& request) {
        return http_response{200, {}, asked + " of " + request.url};
    });
    CHECK(http.send(get("http://chat.test/rooms?full=1")).body == "GET /rooms?full=1 of http://chat.test/rooms?full=1");
    for (const std::string elsewhere :
         {"http://chat.test.evil/rooms", "http://chat.test@evil/", "https://chat.test/rooms", "/rooms"}) {
        CAPTURE(elsewhere);
        try {
            http.send(get(elsewhere));
            FAIL("was sent");
        } catch (const provider_error& refused) {
            CHECK(refused.kind() == failure::invalid);
        }
    }
    CHECK(http.asked() == std::vector<std::string>{"GET /rooms?full=1"});
    http.forget_requests();
    CHECK(http.asked().empty());
    CHECK(http.requests().empty());
}

TEST_CASE("an answer that is longer than the request allows does not reach the plugin") {
    scripted_http http([](const http_request&) { return http_response{200, {}, std::string(11, 'x')}; });
    auto request = get("http://chat.test/");
    request.response_limit = 10;
    CHECK_THROWS_AS(http.send(request), provider_error);
    request.response_limit = 11;
    CHECK(http.send(request).body.size() == 11);
}

TEST_CASE("what was sent last with a request can be read, and a server can be made to answer otherwise for a while") {
    scripted_http http("http://chat.test", [](const std::string&, const http_request&) {
        return http_response{200, {}, "as ever"};
    });
    auto request = get("http://chat.test/rooms/1");
    for (const std::string body : {"first", "second"}) {
        request.body = body;
        http.send(request);
    }
    CHECK(http.body_of("GET /rooms/1") == "second");
    CHECK(http.body_of("GET /rooms/2").empty());
    http.answer_differently([](const std::string& asked) {
        return asked == "GET /rooms/1" ? std::optional(http_response{404, {}, "gone"}) : std::nullopt;
    });
    CHECK(http.send(request).body == "gone");
    CHECK(http.send(get("http://chat.test/rooms/2")).body == "as ever");
    http.answer_differently({});
    CHECK(http.send(request).body == "as ever");
}
