// What a strict host notes, and what it lets through all the same.

#include "worker/validator/people.hpp"
#include "worker/validator/strict_http.hpp"
#include "worker/validator/watcher.hpp"

#include <core_communication/testing/scripted_http.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using core_communication::failure;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;
using core_communication::testing::scripted_http;
using namespace commhost::worker::validator;

namespace {

struct line {
    scripted_http server{[](const http_request&) { return http_response{200, {}, "{}"}; }};
    watcher over;
    strict_cancellation cancellation;
    commhost::service::secret_blanker blank{std::vector<std::string>{"the-secret-token"}};
    strict_http http{over, cancellation, blank, {"http://chat.test:80"}, {"username"}};

    line() {
        http.lead_to(server);
        over.begin("create_chat_room");
    }

    std::vector<rule> broken() {
        std::vector<rule> rules;
        for (const auto& each : over.take_breaches()) rules.push_back(each.which);
        return rules;
    }
};

http_request to(const std::string& url, const std::string& body = "") {
    http_request request;
    request.url = url;
    request.body = body;
    return request;
}

}  // namespace

TEST_CASE("a request to a server of the settings gets through, and one to another is refused and noted") {
    line at;
    CHECK(at.http.send(to("http://chat.test/rooms")).status == 200);
    CHECK(at.broken().empty());
    CHECK_THROWS_AS(at.http.send(to("http://other.test/rooms")), provider_error);
    CHECK_THROWS_AS(at.http.send(to("no address")), provider_error);
    CHECK(at.broken() == std::vector{rule::own_servers, rule::own_servers});
    CHECK(at.server.requests().size() == 1);
}

TEST_CASE("of a batch the foreign requests alone are kept back, and each outcome has its index") {
    line at;
    const std::vector batch{to("http://chat.test/1"), to("http://other.test/2"), to("http://chat.test/3")};
    std::vector<std::string> told(3);
    at.http.send_all(batch, [&](std::size_t index, const http_outcome& outcome) {
        told.at(index) = outcome.response ? std::to_string(outcome.response->status) : "refused";
    });
    CHECK(told == std::vector<std::string>{"200", "refused", "200"});
    CHECK(at.http.take_exchanges().size() == 3);
}

TEST_CASE("personal data is seen wherever it stands, and only what is not declared is noted") {
    line at;
    at.http.send(to("http://chat.test/accounts/commhost-validate-1"));
    CHECK(at.broken().empty());
    at.http.send(to("http://chat.test/?mail=EMAILMARK2%40validate.example.org"));
    at.http.send(to("http://chat.test/", R"({"name": "Validate Displaymark3"})"));
    const auto breaches = at.over.take_breaches();
    REQUIRE(breaches.size() == 2);
    CHECK((breaches[0].which == rule::personal_data && breaches[0].what == "email"));
    CHECK((breaches[1].which == rule::personal_data && breaches[1].what == "display_name"));
}

TEST_CASE("a person's picture is personal data as their name is, and that of the room is not") {
    line at;
    at.http.send(to("http://chat.test/media", picture().bytes));
    CHECK(at.broken().empty());
    at.http.send(to("http://chat.test/media", picture_of(everybody[1]).bytes));
    const auto breaches = at.over.take_breaches();
    REQUIRE(breaches.size() == 1);
    CHECK((breaches[0].which == rule::personal_data && breaches[0].what == "picture"));
}

TEST_CASE("a secret in an address, an answer without a limit and a request while nothing may be sent are noted") {
    line at;
    at.http.send(to("http://chat.test/?token=the-secret-token"));
    auto endless = to("http://chat.test/");
    endless.response_limit = std::size_t{1} << 40U;
    at.http.send(endless);
    at.over.begin("generate_room_url");
    at.http.send(to("http://chat.test/"));
    at.over.begin("load_for_instance");
    at.http.send(to("http://chat.test/"));
    CHECK(at.broken() ==
          std::vector{rule::secrets, rule::answer_limits, rule::url_sends_nothing, rule::load_sends_nothing});
}

TEST_CASE("what is used on another thread, or between two calls, is noted") {
    line at;
    std::thread([&] { at.over.used("value"); }).join();
    at.over.end();
    at.over.used("value");
    CHECK(at.broken() == std::vector{rule::calling_thread, rule::calling_thread});
}

TEST_CASE("whether the task is to stop may be asked on any thread") {
    line at;
    at.cancellation.request(true);
    std::thread([&] { CHECK(at.cancellation.requested()); }).join();
    CHECK(at.broken().empty());
}

TEST_CASE("no key of a room is taken for somebody's name") {
    line at;
    commhost::service::secret_blanker none;
    strict_http undeclared(at.over, at.cancellation, none, {"http://chat.test:80"}, {});
    undeclared.lead_to(at.server);
    for (int times = 0; times < 200; ++times) undeclared.send(to("http://chat.test/rooms/commhost-" + new_room_key()));
    CHECK(at.broken().empty());
}

TEST_CASE("a cancelled task sends nothing more, and every further try is counted") {
    line at;
    at.http.cancel_at(1);
    at.http.send(to("http://chat.test/1"));
    CHECK_FALSE(at.cancellation.requested());
    for (int tries = 0; tries < 3; ++tries)
        CHECK_THROWS_AS(at.http.send(to("http://chat.test/2")), core_communication::task_cancelled);
    CHECK(at.cancellation.requested());
    CHECK(at.http.tried_after_cancellation() == 2);
    CHECK(at.server.requests().size() == 1);
}
