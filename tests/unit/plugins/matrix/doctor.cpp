#include "matrix/doctor.hpp"

#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>

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

TEST_CASE("a server that encrypts every new room is told, unless that is wanted") {
    for (const bool is_forced : {false, true})
        for (const bool is_wanted : {false, true}) {
            CAPTURE(is_forced);
            CAPTURE(is_wanted);
            auto server = commhost::test::server_of([&](const std::string&) -> core_communication::http_response {
                return {200,
                        {},
                        R"({"versions":["v1.1"],"unstable_features":{"io.element.e2ee_forced.private":)" +
                            std::string(is_forced ? "true" : "false") + "}}"};
            });
            core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
            auto site = commhost::test::settings_of_matrix();
            site.set("encryption", is_wanted);
            processor.set_site_settings(site);
            communication_matrix::communication_feature provider;
            provider.load_for_instance(processor);
            const auto found = provider.diagnose();
            const auto encryption = std::find_if(found.begin(), found.end(),
                                                 [](const auto& each) { return each.id == "forced_encryption"; });
            REQUIRE(encryption != found.end());
            CHECK(encryption->outcome == (is_forced && !is_wanted ? core_communication::diagnosis_outcome::warning
                                                                  : core_communication::diagnosis_outcome::passed));
        }
}
