#include "message/error.hpp"
#include "service/codes.hpp"
#include "service/http_client.hpp"
#include "service/http_fixture.hpp"
#include "service/http_stand_in.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

using namespace commhost;
using core_communication::failure;
using test::contains;
using test::error_of;
using test::get;
using test::kept_lines;
using test::post;
using test::say_hello;
using test::task;
using test::without_pauses;

// Where it may go

TEST_CASE("an origin that the settings do not name is never contacted") {
    test::http_stand_in server(say_hello);
    test::http_stand_in other(say_hello);
    service::http_engine engine;
    task one(engine, server.address());
    const auto port = other.address().substr(other.address().rfind(':'));
    for (const auto& url :
         {other.address() + "/", "http://localhost" + server.address().substr(server.address().rfind(':')) + "/",
          "https" + server.address().substr(4) + "/", server.address() + "@127.0.0.1" + port + "/",
          std::string("ftp://127.0.0.1/"), std::string("file:///etc/hostname"), std::string("/path"), std::string()}) {
        INFO(url);
        const auto error = error_of(one.http, get(url));
        REQUIRE(error.has_value());
        CHECK(error->kind() == failure::invalid);
    }
    CHECK(server.seen().empty());
    CHECK(other.seen().empty());
    CHECK(engine.counters().total() == 0);
}

TEST_CASE("a header that would be two, or that says where the request goes, is not sent") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
    task one(engine, server.address());
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"X-A", "a\r\nX-B: b"},
                                                                                      {"X-A\r\nX-B", "b"},
                                                                                      {"", "a"},
                                                                                      {"X A", "a"},
                                                                                      {"Host", "evil.example"},
                                                                                      {"content-LENGTH", "5"}}) {
        auto request = get(server.address() + "/");
        request.headers.emplace_back(name, value);
        CHECK(error_of(one.http, request)->kind() == failure::invalid);
    }
    auto request = post(server.address() + "/");
    request.content_type = "text/plain\r\nX-B: b";
    CHECK(error_of(one.http, request)->kind() == failure::invalid);
    CHECK(server.seen().empty());
}

TEST_CASE("a setting that is no address is an error that shows no secret") {
    service::http_engine engine;
    kept_lines log;
    try {
        service::account_http(engine, {{"", "https://anna:secret@chat.example.org"}, {}}, {}, log);
        FAIL("accepted");
    } catch (const message::error& error) {
        CHECK(error.code() == service::SERVICE_ADDRESS);
        CHECK(contains(error.what(), "https://chat.example.org"));
        CHECK(!contains(error.what(), "secret"));
    }
}

TEST_CASE("the environment's proxies are not used, a configured one is") {
    test::http_stand_in server(say_hello);
    test::http_stand_in proxy(
        [](const httplib::Request&, httplib::Response& response) { response.set_content("by proxy", "text/plain"); });
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) ::setenv(name, proxy.address().c_str(), 1);
    ::setenv("no_proxy", "127.0.0.1", 1);
    {
        service::http_engine engine;
        task one(engine, server.address());
        CHECK(one.http.send(get(server.address() + "/")).body == "hello");
        service::http_settings settings;
        settings.proxy = proxy.address();
        service::http_engine through(settings);
        task two(through, server.address());
        CHECK(two.http.send(get(server.address() + "/")).body == "by proxy");
    }
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY", "no_proxy"}) ::unsetenv(name);
}

// TLS

TEST_CASE("a certificate that nobody vouches for is refused, and not tried again") {
    const test::test_certificate certificate("127.0.0.1");
    test::http_stand_in server(say_hello, certificate);
    service::http_engine engine(without_pauses());
    task one(engine, server.address());
    const auto error = error_of(one.http, get(server.address() + "/"));
    REQUIRE(error.has_value());
    CHECK(error->kind() == failure::unavailable);
    CHECK(contains(error->what(), "certificate"));
    CHECK(server.seen().empty());
    CHECK(engine.counters().total() == 1);
}

TEST_CASE("a certificate of the configured file is trusted, for its own address only") {
    const test::temporary_folder folder;
    const auto file = (folder.path() / "ca.pem").string();
    service::http_settings settings = without_pauses();
    settings.ca_file = file;
    const test::test_certificate right("127.0.0.1");
    const test::test_certificate wrong("127.0.0.2");
    for (const auto* certificate : {&right, &wrong}) {
        std::ofstream(file) << certificate->certificate;
        test::http_stand_in server(say_hello, *certificate);
        service::http_engine engine(settings);
        task one(engine, server.address());
        if (certificate == &right) {
            CHECK(one.http.send(get(server.address() + "/")).body == "hello");
        } else {
            CHECK(error_of(one.http, get(server.address() + "/"))->kind() == failure::unavailable);
            CHECK(server.seen().empty());
        }
    }
}

TEST_CASE("a file of certificates that is missing or none is named at the start") {
    const test::temporary_folder folder;
    const auto file = (folder.path() / "ca.pem").string();
    service::http_settings settings;
    settings.ca_file = file;
    CHECK_THROWS_WITH_AS(service::http_engine{settings}, doctest::Contains("No such file or directory"),
                         message::error);
    std::ofstream(file) << "something else\n";
    CHECK_THROWS_WITH_AS(service::http_engine{settings}, doctest::Contains("holds no certificate"), message::error);
}
