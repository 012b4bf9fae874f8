#include "matrix/doctor.hpp"

#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

using communication_matrix::time_of;

TEST_CASE("the time of a Date header is read in its preferred form") {
    const auto time = time_of("Sun, 06 Nov 1994 08:49:37 GMT");
    REQUIRE(time.has_value());
    CHECK(time->time_since_epoch() == std::chrono::seconds(784111777));
}

TEST_CASE("what is no such date is not guessed at") {
    CHECK_FALSE(time_of("").has_value());
    CHECK_FALSE(time_of("Sunday, 06-Nov-94 08:49:37 GMT").has_value());
    CHECK_FALSE(time_of("Sun, 06 Xxx 1994 08:49:37 GMT").has_value());
    CHECK_FALSE(time_of("Sun, xx Nov 1994 08:49:37 GMT").has_value());
    CHECK_FALSE(time_of("Sun, 06 Nov 1994 08:-9:37 GMT").has_value());
}

TEST_CASE("a clock that the server does not tell is skipped, and no number is made up") {
    for (const std::string date : {"", "yesterday"}) {
        CAPTURE(date);
        auto server = commhost::test::server_of([&](const std::string&) -> core_communication::http_response {
            core_communication::http_response answer{200, {}, R"({"versions":["v1.1"]})"};
            if (!date.empty()) answer.headers.emplace_back("date", date);
            return answer;
        });
        core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
        processor.set_site_settings(commhost::test::settings_of_matrix());
        processor.set_room_settings(commhost::test::settings_of_matrix_room());
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        const auto found = provider.diagnose();
        const auto clock =
            std::find_if(found.begin(), found.end(), [](const auto& each) { return each.id == "clock"; });
        REQUIRE(clock != found.end());
        CHECK(clock->outcome == core_communication::diagnosis_outcome::skipped);
        CHECK(clock->found == "diagnosis_clock_skipped");
        CHECK(clock->advice.empty());
    }
}

namespace {

using core_communication::diagnosis_outcome;

/// A doctor at a homeserver of which all is well but what a test says otherwise.
struct practice {
    explicit practice(std::function<std::string(const std::string& asked)> otherwise, bool encryption = false)
        : server(commhost::test::server_of(
              [otherwise = std::move(otherwise)](const std::string& asked) -> core_communication::http_response {
                  if (const auto said = otherwise(asked); !said.empty()) return {200, {}, said};
                  if (asked == "GET /_matrix/client/versions") return {200, {}, R"({"versions":["v1.1"]})"};
                  if (asked == "GET /_matrix/client/v3/account/whoami")
                      return {200, {}, R"({"user_id":"@commhost:s"})"};
                  return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
              })),
          processor(server, "room-key-of-the-test") {
        auto site = commhost::test::settings_of_matrix();
        site.set("encryption", encryption);
        processor.set_site_settings(site);
        provider.load_for_instance(processor);
        for (auto& each : provider.diagnose()) found.emplace(each.id, each);
    }

    core_communication::testing::scripted_http server;
    core_communication::testing::memory_processor processor;
    communication_matrix::communication_feature provider;
    std::map<std::string, core_communication::diagnosis> found;
};

}  // namespace

TEST_CASE("a server that encrypts every new room is warned of, without a room to see it in") {
    const auto says = [](const std::string& forced, bool is_wanted = false) {
        practice at(
            [&](const std::string& asked) -> std::string {
                if (asked != "GET /_matrix/client/versions") return "";
                return R"({"versions":["v1.1"],"unstable_features":{)" + forced + "}}";
            },
            is_wanted);
        return at.found["encryption"].outcome;
    };
    CHECK(says(R"("io.element.e2ee_forced.private":true)") == diagnosis_outcome::warning);
    CHECK(says(R"("io.element.e2ee_forced.private":true)", true) == diagnosis_outcome::passed);
    CHECK(says(R"("io.element.e2ee_forced.private":false,"io.element.e2ee_forced.public":true)") ==
          diagnosis_outcome::passed);
    CHECK(says("") == diagnosis_outcome::skipped);
}

TEST_CASE("a server that takes smaller pictures than rosters have is warned of, wherever it says so") {
    const auto says = [](const std::string& path, const std::string& config) {
        practice at([&](const std::string& asked) { return asked == "GET " + path ? config : std::string(); });
        return at.found["media"].outcome;
    };
    CHECK(says("/_matrix/client/v1/media/config", R"({"m.upload.size":1048576})") == diagnosis_outcome::passed);
    CHECK(says("/_matrix/client/v1/media/config", R"({"m.upload.size":1048575})") == diagnosis_outcome::warning);
    CHECK(says("/_matrix/media/v3/config", R"({"m.upload.size":1048576})") == diagnosis_outcome::passed);
    CHECK(says("/_matrix/media/v3/config", "{}") == diagnosis_outcome::skipped);
    CHECK(says("/nowhere", "{}") == diagnosis_outcome::failed);
}

TEST_CASE("the power in rooms is looked at in some of them, and each that lacks it is named") {
    const std::string state = "/state/m.room.power_levels";
    practice at([&](const std::string& asked) -> std::string {
        if (asked == "GET /_matrix/client/v3/joined_rooms") {
            std::string rooms;
            for (int number = 10; number < 40; ++number)
                rooms += (rooms.empty() ? "\"" : ",\"") + std::string("!r") + std::to_string(number) + ":s\"";
            return R"({"joined_rooms":[)" + rooms + "]}";
        }
        if (asked.ends_with("/state/m.room.create?format=event")) {
            // Nobody is listed of those who made a room of version 12.
            if (asked.find("r13") != std::string::npos)
                return R"({"sender":"@commhost:s","content":{"room_version":"12","m.federate":false}})";
            return R"({"sender":"@commhost:s","content":{"room_version":"11"}})";
        }
        if (asked.ends_with(state) && asked.find("r16") == std::string::npos && asked.find("r13") == std::string::npos)
            return R"({"users":{"@commhost:s":100}})";
        return asked.ends_with(state) ? R"({"users":{"@other:s":100},"users_default":0})" : "";
    });
    CHECK(at.found["room_power"].outcome == diagnosis_outcome::warning);
    CHECK(at.found["room_power"].found ==
          "diagnosis_room_power_failed account=@commhost:s seen=10 all=30 rooms=!r16:s (0/91)");
    CHECK(at.found["federation"].found == "diagnosis_federation_passed seen=10 closed=1");
}

TEST_CASE("nothing but the exemption is offered to be set right, and only where the account has none") {
    practice at([](const std::string&) { return ""; });
    using core_communication::diagnosis;
    const auto offers = [&](diagnosis_outcome outcome) {
        const std::vector<diagnosis> found{{"token", diagnosis_outcome::failed, "", ""},
                                           {"rate_limit", outcome, "", ""}};
        return at.provider.offer_repairs(found).size();
    };
    CHECK(offers(diagnosis_outcome::warning) == 1);
    for (const auto outcome : {diagnosis_outcome::passed, diagnosis_outcome::failed, diagnosis_outcome::skipped})
        CHECK(offers(outcome) == 0);
    at.server.forget_requests();
    CHECK(at.provider.repair("token").outcome == diagnosis_outcome::skipped);
    CHECK(at.server.asked().empty());
}
