#include "service/http_origin_limits.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>

using namespace commhost;
using namespace std::chrono_literals;
using service::http_limit_rule;
using service::http_origin_limits;

namespace {

http_limit_rule from_to(std::size_t start, std::size_t most) {
    http_limit_rule rule;
    rule.start = start;
    rule.most = most;
    rule.samples = 8;
    return rule;
}

/// Four rooms that have more to send, at a server that takes whatever it is sent.
struct four_rooms {
    void answers(int count, bool is_of_several, std::chrono::microseconds latency = 20ms) {
        for (int index = 0; index < count; ++index) {
            const auto sent = now;
            const auto turn = limits.sent(is_of_several);
            now += 1ms;
            const auto in_room = static_cast<double>(limits.for_one_room());
            limits.answered(1, latency, turn, {is_of_several ? 4 * in_room : 4, in_room}, sent, now);
        }
    }

    http_origin_limits limits{from_to(4, 64), from_to(1, 4)};
    service::http_clock::time_point now{1h};
};

}  // namespace

TEST_CASE("while no free room waits it is learnt first what the rooms take") {
    four_rooms school;
    school.limits.looked(false);
    school.answers(8, true);
    CHECK(school.limits.for_one_room() == 2);
    CHECK(school.limits.for_free_rooms() == 4);
    CHECK(school.limits.for_busy_rooms() == 8);
    school.answers(16, true);
    CHECK(school.limits.in_room().settled() == 4);
    CHECK(school.limits.at_once().settled() == 16);
    CHECK_FALSE(school.limits.at_once().is_trying());
    // Fewer are tried at last, and it is found; then it is the origin's turn.
    school.answers(8, true);
    REQUIRE(school.limits.in_room().is_found());
    school.answers(8, true);
    CHECK(school.limits.at_once().is_trying());
}

TEST_CASE("rooms that have one request each have nothing to tell, and the origin's limit goes on learning") {
    four_rooms school;
    school.limits.looked(false);
    school.answers(8, false);
    CHECK(school.limits.at_once().is_trying());
    CHECK_FALSE(school.limits.in_room().is_trying());
}

TEST_CASE("while free rooms wait they are let through, and nothing is tried within rooms") {
    four_rooms school;
    school.limits.looked(true);
    school.answers(8, true);
    CHECK(school.limits.for_free_rooms() == 8);
    CHECK(school.limits.for_one_room() == 1);
}

TEST_CASE("with what a room may have falls what the origin may have, since that is not used without") {
    four_rooms school;
    school.limits.looked(false);
    school.answers(24, true);
    REQUIRE(school.limits.at_once().settled() == 16);
    // It now takes one after the other, in a room and in all.
    for (int round = 0; round < 200; ++round) {
        const auto at_once = 4 * school.limits.for_one_room();
        school.answers(1, true, 20ms * at_once);
    }
    CHECK(school.limits.in_room().settled() == 1);
    CHECK(school.limits.at_once().settled() == 4);
}
