#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

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
