#include "service/http_client.hpp"

#include "message/error.hpp"
#include "service/codes.hpp"
#include "service/http_stand_in.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <latch>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using core_communication::failure;
using core_communication::http_method;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;
using core_communication::task_cancelled;

namespace {

/// A clock that stands still until a test moves it, and that adds no jitter.
class held_clock final : public service::http_clock {
  public:
    time_point now() const override { return time_point(now_.load()); }
    std::chrono::system_clock::time_point date() const override { return {}; }
    double jitter() override { return 0; }

    void advance(std::chrono::milliseconds time) { now_ = now_.load() + time; }

  private:
    std::atomic<time_point::duration> now_{1h};
};

/// Keeps what is logged, and lets a test act at that point: the client logs on the caller's thread, and a request that
/// was told to wait is waiting by then.
class kept_lines final : public core_communication::logger {
  public:
    void log(log_level, std::string_view message) override {
        lines.emplace_back(message);
        if (on_wait && message.find("asked this account to wait") != std::string_view::npos) on_wait();
    }

    std::vector<std::string> lines;
    std::function<void()> on_wait;
};

service::http_settings without_pauses() {
    service::http_settings settings;
    settings.first_pause = 0ms;
    return settings;
}

/// One task: what it may reach, with what it is stopped and where it logs.
struct task {
    task(service::http_engine& engine, const std::string& address, std::vector<std::string> secrets = {})
        : http(engine, {{address}, std::move(secrets)}, source.stop(), log) {}

    service::stop_source source;
    kept_lines log;
    service::account_http http;
};

http_request get(const std::string& url, const std::string& token = "token-of-a") {
    http_request request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer " + token}};
    return request;
}

http_request post(const std::string& url) {
    auto request = get(url);
    request.method = http_method::post;
    request.body = "{}";
    return request;
}

/// What send throws, or empty.
std::optional<provider_error> error_of(core_communication::http_service& http, const http_request& request) {
    try {
        http.send(request);
    } catch (const provider_error& error) {
        return error;
    }
    return std::nullopt;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

void say_hello(const httplib::Request&, httplib::Response& response) { response.set_content("hello", "text/plain"); }

/// 429 for the first `count` requests, hello for those after them.
test::http_stand_in::handler limited(std::size_t count, std::string retry_after, std::string body = "") {
    auto left = std::make_shared<std::atomic<std::size_t>>(count);
    return [=](const httplib::Request& request, httplib::Response& response) {
        if (*left == 0) return say_hello(request, response);
        --*left;
        response.status = 429;
        if (!retry_after.empty()) response.set_header("Retry-After", retry_after);
        response.set_content(body, "application/json");
    };
}

service::http_settings one_at_a_time() {
    service::http_settings settings;
    settings.requests_per_batch = 1;
    return settings;
}

}  // namespace

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

// Waits that a server asks for

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

TEST_CASE("a request that may not be repeated is not sent again when it was told to wait") {
    held_clock clock;
    test::http_stand_in server(limited(1, "30"));
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
    service::http_engine engine(one_at_a_time(), clock);
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

// Outages

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
    CHECK(contains(error->what(), "timed out"));
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

// Batches

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

TEST_CASE("inside a room one request is under way at a time, in the order of the batch") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
    task one(engine, server.address());
    std::vector<http_request> requests;
    for (int number = 0; number < 30; ++number) {
        requests.push_back(get(server.address() + "/" + std::to_string(number)));
        requests.back().touches_room = "!room:s";
    }
    one.http.send_all(requests, [](std::size_t, const http_outcome&) {});
    const auto seen = server.seen();
    REQUIRE(seen.size() == 30);
    for (std::size_t number = 0; number < seen.size(); ++number)
        CHECK(seen[number] == "GET /" + std::to_string(number));
    CHECK(server.most_at_once() == 1);
}

TEST_CASE("two tasks take turns in a room that both touch") {
    test::http_stand_in server(say_hello);
    service::http_engine engine;
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
    service::http_engine engine(one_at_a_time());
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

// Stopping

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
    service::http_engine engine(one_at_a_time());
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

// The log

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
