#include "service/http_client.hpp"

#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

using namespace commhost;
using core_communication::failure;
using core_communication::http_method;
using core_communication::http_request;
using test::contains;
using test::error_of;
using test::get;
using test::kept_lines;
using test::post;
using test::say_hello;
using test::task;

// What is sent, and what comes back

TEST_CASE("a request goes out as it was given and its answer comes back whole") {
    httplib::Request seen;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        seen = request;
        response.status = 201;
        response.set_header("X-Thing", "Value");
        response.set_content(R"({"made": true})", "application/json");
    });
    service::http_engine engine;
    task one(engine, server.address() + "/base/");
    http_request request;
    request.method = http_method::put;
    request.url = server.address() + "/a%2Fb/../c?x=1";
    request.headers = {{"Authorization", "Bearer abc"}};
    request.body = R"({"name": "Zoë"})";
    const auto answer = one.http.send(request);
    CHECK(answer.status == 201);
    CHECK(answer.body == R"({"made": true})");
    CHECK(std::find(answer.headers.begin(), answer.headers.end(),
                    std::pair<std::string, std::string>("x-thing", "Value")) != answer.headers.end());
    CHECK(seen.method == "PUT");
    CHECK(seen.target == "/a%2Fb/../c?x=1");
    CHECK(seen.body == R"({"name": "Zoë"})");
    CHECK(seen.get_header_value("Authorization") == "Bearer abc");
    CHECK(seen.get_header_value("Content-Type") == "application/json");
    CHECK(seen.get_header_value("User-Agent").starts_with("commhost/"));
}

TEST_CASE("a header without a value is sent too, and a content type of the plugin's own in the place of ours") {
    std::string seen;
    test::raw_stand_in server([&](std::size_t, const std::string& request) {
        seen = request;
        return test::raw_stand_in::reaction{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
    });
    service::http_engine engine;
    task one(engine, server.address());
    auto request = post(server.address() + "/");
    request.headers = {{"X-Empty", ""}, {"content-type", "text/plain"}};
    one.http.send(request);
    CHECK(contains(seen, "\r\nX-Empty:\r\n"));
    CHECK(contains(seen, "\r\ncontent-type: text/plain\r\n"));
    CHECK(!contains(seen, "application/json"));
}

TEST_CASE("every method is sent under its name, with a body or without") {
    test::http_stand_in server([](const httplib::Request& request, httplib::Response& response) {
        response.set_content(request.method + " " + request.body, "text/plain");
    });
    service::http_engine engine;
    task one(engine, server.address());
    for (const auto method :
         {http_method::get, http_method::put, http_method::post, http_method::patch, http_method::delete_})
        for (const std::string body : {"", "{}"}) {
            if (method == http_method::get && !body.empty()) continue;
            http_request request;
            request.method = method;
            request.url = server.address() + "/";
            request.body = body;
            CHECK(one.http.send(request).body == std::string(to_string(method)) + " " + body);
        }
}

TEST_CASE("a status that is neither a wait nor an outage is an answer, a redirect among them") {
    test::http_stand_in elsewhere(say_hello);
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        response.status = std::stoi(request.path.substr(1));
        response.set_header("Location", elsewhere.address() + "/");
    });
    service::http_engine engine;
    kept_lines log;
    service::account_http http(engine, {{server.address(), elsewhere.address()}, {}}, {}, log);
    for (const int status : {204, 302, 307, 400, 401, 404, 500, 501})
        CHECK(http.send(get(server.address() + "/" + std::to_string(status))).status == status);
    CHECK(elsewhere.seen().empty());
}

TEST_CASE("a compressed answer is unpacked") {
    const std::string body(100'000, 'x');
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response& response) {
        CHECK(request.get_header_value("Accept-Encoding") == "gzip");
        response.set_content(body, "text/plain");
    });
    service::http_engine engine;
    task one(engine, server.address());
    const auto answer = one.http.send(get(server.address() + "/"));
    CHECK(answer.body == body);
    CHECK(engine.counters().bytes_received < 10'000);
}

TEST_CASE("an answer longer than its limit is invalid, and is not asked for again") {
    test::http_stand_in server([](const httplib::Request& request, httplib::Response& response) {
        if (request.path == "/short") return response.set_content(std::string(1000, 'x'), "image/png");
        response.set_chunked_content_provider("image/png", [](std::size_t, httplib::DataSink& sink) {
            const std::string piece(1000, 'x');
            return sink.write(piece.data(), piece.size());
        });
    });
    service::http_engine engine;
    task one(engine, server.address());
    auto request = get(server.address() + "/endless");
    request.response_limit = 100'000;
    const auto error = error_of(one.http, request);
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::invalid);
    CHECK(contains(error->what(), "longer than 100000 bytes"));
    CHECK(server.seen().size() == 1);
    request.url = server.address() + "/short";
    request.response_limit = 1000;
    CHECK(one.http.send(request).body.size() == 1000);
    request.response_limit = 999;
    CHECK(error_of(one.http, request)->kind() == failure::invalid);
}

// Connections

TEST_CASE("connections are kept, and shared by tasks") {
    const test::temporary_folder folder;
    service::http_settings settings;
    settings.ca_file = (folder.path() / "ca.pem").string();
    const test::test_certificate certificate("127.0.0.1");
    std::ofstream(settings.ca_file) << certificate.certificate;
    test::http_stand_in plain(say_hello);
    test::http_stand_in secure(say_hello, certificate);
    for (auto* server : {&plain, &secure}) {
        service::http_engine engine(settings);
        for (int count = 0; count < 5; ++count) {
            task one(engine, server->address());
            one.http.send(get(server->address() + "/"));
            one.http.send(post(server->address() + "/"));
        }
        CHECK(server->connections() == 1);
        CHECK(engine.counters().connections_opened == 1);
    }
}

TEST_CASE("the counters tell what went on, and begin anew") {
    test::http_stand_in server([](const httplib::Request& request, httplib::Response& response) {
        if (request.path == "/none") response.status = 404;
        response.set_content(std::string(1000, 'x'), "image/png");
    });
    service::http_engine engine;
    task one(engine, server.address());
    one.http.send(get(server.address() + "/"));
    one.http.send(get(server.address() + "/none"));
    auto request = post(server.address() + "/");
    request.body = std::string(5000, 'y');
    one.http.send(request);
    const auto counters = engine.take_counters();
    CHECK(counters.of(http_method::get) == 2);
    CHECK(counters.total() == 3);
    CHECK(counters.requests[static_cast<std::size_t>(http_method::get)][2] == 1);
    CHECK(counters.requests[static_cast<std::size_t>(http_method::get)][4] == 1);
    CHECK(counters.requests[static_cast<std::size_t>(http_method::post)][2] == 1);
    CHECK(counters.bytes_received > 3000);
    CHECK(counters.bytes_received < 4000);
    CHECK(counters.bytes_sent > 5000);
    CHECK(counters.bytes_sent < 6000);
    CHECK(counters.connections_opened == 1);
    CHECK(counters.retries == 0);
    CHECK(engine.counters().total() == 0);
}

TEST_CASE("a body of several megabytes goes out whole") {
    std::size_t length = 0;
    test::http_stand_in server([&](const httplib::Request& request, httplib::Response&) {
        CHECK(!request.has_header("Expect"));
        length = request.body.size();
    });
    service::http_engine engine;
    task one(engine, server.address());
    auto request = post(server.address() + "/");
    request.body = std::string(std::size_t{5} << 20U, 'y');
    one.http.send(request);
    CHECK(length == request.body.size());
    CHECK(engine.counters().bytes_sent > length);
    CHECK(engine.counters().bytes_sent < length + 1000);
}
