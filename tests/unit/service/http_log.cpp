#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <vector>

using namespace commhost;
using core_communication::http_method;
using test::contains;
using test::error_of;
using test::get;
using test::kept_lines;
using test::say_hello;
using test::task;
using test::without_pauses;

TEST_CASE("each request has a line that shows no secret, and no error shows one") {
    test::http_stand_in server([](const httplib::Request& request, httplib::Response& response) {
        if (request.path.starts_with("/down")) response.status = 503;
        response.set_content("body-secret", "image/png");
    });
    service::http_engine engine(without_pauses());
    task one(engine, server.address(), {"path-secret"});
    auto request = get(server.address() + "/hook/path-secret?access_token=query-secret&limit=5", "header-secret");
    request.method = http_method::put;
    request.body = "body-secret";
    one.http.send(request);
    request.url = server.address() + "/down/path-secret?access_token=query-secret";
    const auto error = error_of(one.http, request);
    request.url = "https://anna:user-secret@elsewhere.example/path-secret?x=query-secret";
    const auto refused = error_of(one.http, request);

    REQUIRE(one.log.lines.size() == 4);
    CHECK(contains(one.log.lines[0], "PUT " + server.address() + "/hook/***?access_token=***&limit=5: 200, "));
    CHECK(contains(one.log.lines[0], " bytes, "));
    CHECK(contains(one.log.lines[0], " ms"));
    CHECK(contains(one.log.lines[1], "/down/***?access_token=***: 503, "));
    CHECK(contains(one.log.lines[1], "again in 0 ms"));
    auto shown = one.log.lines;
    shown.emplace_back(error.value().what());
    shown.emplace_back(refused.value().what());
    for (const auto& text : shown) {
        INFO(text);
        CHECK(!contains(text, "secret"));
    }
}

TEST_CASE("no line is made for a request where nobody would see it") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
    kept_lines log;
    service::account_http http(engine, {{server.address()}, {}, false}, {}, log);
    http.send(get(server.address() + "/"));
    CHECK(log.lines.empty());
}

TEST_CASE("what was found of a server is told once, without a path or a secret") {
    test::http_stand_in server(say_hello);
    service::http_settings settings;
    settings.requests_per_origin = 1;
    service::http_engine engine(settings);
    kept_lines log;
    service::account_http http(engine, {{server.address()}, {"path-secret"}, false}, {}, log);
    CHECK(engine.takes_at_once() == 0);
    auto request = get(server.address() + "/path-secret");
    request.touches_room = "!room:s";
    // One measurement, then one of two at once, which are not let through here: the trial comes to nothing.
    const std::vector<core_communication::http_request> requests(200, request);
    http.send_all(requests, [](std::size_t, const core_communication::http_outcome&) {});
    REQUIRE(log.lines.size() == 1);
    CHECK(contains(log.lines[0],
                   server.address() + " is sent 1 requests at once now, 1 of them in one room: it answers after "));
    CHECK(!contains(log.lines[0], "secret"));
    CHECK(engine.takes_at_once() == 1);
}
