#include "service/http_limit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>

using namespace commhost;
using namespace std::chrono_literals;
using service::http_limit;
using service::http_limit_rule;

namespace {

constexpr std::uint64_t join = 1;
constexpr std::uint64_t look = 2;

/// A client that keeps as many under way as it may, and a server whose latency is a function of that. One answer after the
/// other, a millisecond apart.
struct client {
    explicit client(const http_limit_rule& rule) : limit(rule) {}

    void answer(std::chrono::microseconds latency, std::size_t under_way, std::uint64_t kind = join) {
        now += 1ms;
        limit.answered({kind, latency, static_cast<double>(under_way), now}, now, true);
    }
    void answers(std::size_t count, const std::function<std::chrono::microseconds(std::size_t at_once)>& latency) {
        for (std::size_t index = 0; index < count; ++index) answer(latency(limit.now()), limit.now());
    }

    http_limit limit;
    service::http_clock::time_point now{1h};
};

http_limit_rule from_to(std::size_t start, std::size_t most) {
    http_limit_rule rule;
    rule.start = start;
    rule.most = most;
    return rule;
}

std::chrono::microseconds never_busy(std::size_t) { return 100ms; }
std::chrono::microseconds one_after_the_other(std::size_t at_once) { return 10ms * at_once; }
std::chrono::microseconds worse_for_more(std::size_t at_once) { return 10ms * at_once * at_once; }
std::chrono::microseconds four_at_a_time(std::size_t at_once) { return 10ms * std::max<std::size_t>(4, at_once); }

}  // namespace

TEST_CASE("a limit doubles with each measurement while nobody waits longer for it, up to its most") {
    client one(from_to(8, 64));
    one.answers(32, never_busy);
    CHECK(one.limit.now() == 16);
    CHECK(one.limit.settled() == 8);
    one.answers(32, never_busy);
    CHECK(one.limit.settled() == 16);
    one.answers(64, never_busy);
    CHECK(one.limit.settled() == 64);
    one.answers(10'000, never_busy);
    CHECK(one.limit.settled() == 64);
}

TEST_CASE("a server that does one after the other is left with one, one that is slower for more as well") {
    client queueing(from_to(8, 64));
    queueing.answers(2'000, one_after_the_other);
    CHECK(queueing.limit.settled() == 1);
    client forking(from_to(8, 64));
    forking.answers(2'000, worse_for_more);
    CHECK(forking.limit.settled() == 1);
}

TEST_CASE("a server that does four at a time is sent about so many") {
    client one(from_to(8, 64));
    one.answers(3'000, four_at_a_time);
    CHECK(one.limit.settled() >= 3);
    CHECK(one.limit.settled() <= 6);
    CHECK(one.limit.is_found());
}

TEST_CASE("what was found is tried anew in ever longer intervals, in one measurement of 33 at last") {
    client one(from_to(1, 64));
    one.answers(32 * 200, worse_for_more);
    CHECK(one.limit.settled() == 1);
    std::size_t tried = 0;
    for (std::size_t index = 0; index < 32 * 330; ++index) {
        if (one.limit.now() > 1) ++tried;
        one.answers(1, worse_for_more);
    }
    CHECK(tried >= 32 * 9);
    CHECK(tried <= 32 * 11);
}

TEST_CASE("a limit that is not used up does not grow") {
    client one(from_to(8, 64));
    for (int index = 0; index < 10'000; ++index) one.answer(100ms, 6);
    CHECK(one.limit.now() == 8);
    // Nor does one whose trial is not.
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 16);
    for (int index = 0; index < 10'000; ++index) one.answer(100ms, 8);
    CHECK(one.limit.settled() == 8);
}

TEST_CASE("a larger limit that is used in part becomes what was used of it") {
    client one(from_to(16, 64));
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 32);
    for (int index = 0; index < 32; ++index) one.answer(100ms, 20);
    CHECK(one.limit.settled() == 20);
    client queueing(from_to(16, 64));
    queueing.answers(32, one_after_the_other);
    for (int index = 0; index < 32; ++index) queueing.answer(200ms, 20);
    CHECK(queueing.limit.settled() == 16);
}

TEST_CASE("a few more than a limit, too few to be told apart, are let in") {
    client one(from_to(16, 64));
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 32);
    for (int index = 0; index < 32; ++index) one.answer(100ms, 17);
    CHECK(one.limit.settled() == 17);
    CHECK(!one.limit.is_trying());
}

TEST_CASE("a refusal halves it at once, what was sent before does not again, and it grows again later") {
    client one(from_to(32, 64));
    one.answers(10, never_busy);
    const auto sent = one.now;
    one.now += 1s;
    CHECK(one.limit.refused(sent, one.now));
    CHECK(one.limit.now() == 16);
    CHECK(!one.limit.refused(sent, one.now));
    CHECK(one.limit.now() == 16);
    one.now += 1s;
    CHECK(one.limit.refused(one.now, one.now));
    CHECK(one.limit.now() == 8);
    one.answers(4 * 32, never_busy);
    CHECK(one.limit.now() == 8);
    one.answers(1'000, never_busy);
    CHECK(one.limit.settled() >= 60);
}

TEST_CASE("a refusal ends a trial and goes by what was found before it, never below one") {
    client one(from_to(8, 64));
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 16);
    CHECK(one.limit.refused(one.now, one.now));
    CHECK(one.limit.now() == 4);
    for (int index = 0; index < 10; ++index) {
        one.now += 1s;
        one.limit.refused(one.now, one.now);
    }
    CHECK(one.limit.now() == 1);
}

TEST_CASE("what was sent before a trial tells nothing of it") {
    client one(from_to(8, 64));
    const auto before = one.now;
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 16);
    for (int index = 0; index < 1'000; ++index) one.limit.answered({join, 100ms, 16, before}, one.now, true);
    CHECK(one.limit.settled() == 8);
}

TEST_CASE("latencies are compared within their kind alone") {
    client one(from_to(8, 64));
    // As many of the one as of the other, then nearly all of the slow kind: it is not slower for that.
    for (int index = 0; index < 32; ++index) one.answer(index % 2 == 0 ? 500ms : 5ms, 8, index % 2 == 0 ? join : look);
    REQUIRE(one.limit.now() == 16);
    for (int index = 0; index < 64; ++index) one.answer(index % 8 != 0 ? 500ms : 5ms, 16, index % 8 != 0 ? join : look);
    CHECK(one.limit.settled() == 16);
}

TEST_CASE("a trial that has no kind in common with what was before it ends, and tells nothing for or against") {
    client one(from_to(8, 64));
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 16);
    for (int index = 0; index < 63; ++index) one.answer(100ms, 16, look);
    CHECK(one.limit.now() == 16);
    one.answer(100ms, 16, look);
    CHECK(one.limit.now() == 8);
    CHECK(!one.limit.is_found());
    // The next one follows soon, once that kind is measured.
    for (int index = 0; index < 2 * 32; ++index) one.answer(100ms, 8, look);
    CHECK(one.limit.now() == 16);
    for (int index = 0; index < 32; ++index) one.answer(100ms, 16, look);
    CHECK(one.limit.settled() == 16);
}

TEST_CASE("a trial that is not used ends, and the next one is the same and follows soon") {
    client one(from_to(8, 64));
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 16);
    for (int index = 0; index < 31; ++index) one.answer(100ms, 4);
    CHECK(one.limit.now() == 16);
    one.answer(100ms, 4);
    CHECK(one.limit.now() == 8);
    CHECK(one.limit.is_found());
    one.answers(2 * 32, never_busy);
    CHECK(one.limit.now() == 16);
}

TEST_CASE("where another limit's turn has come a step that was taken is the last for now") {
    client one(from_to(8, 64));
    one.answers(32, never_busy);
    REQUIRE(one.limit.now() == 16);
    const auto answers = [&](std::size_t count, bool may_try) {
        for (std::size_t index = 0; index < count; ++index) {
            one.now += 1ms;
            one.limit.answered({join, 100ms, 16, one.now}, one.now, may_try);
        }
    };
    answers(32, false);
    CHECK(one.limit.settled() == 16);
    CHECK(one.limit.now() == 16);
    answers(31, false);
    answers(1, true);
    CHECK(one.limit.now() == 32);
}

TEST_CASE("a server that has become slower or faster is looked at anew at once") {
    client one(from_to(32, 64));
    one.answers(5'000, never_busy);
    REQUIRE(one.limit.settled() == 64);
    // It has become one that does four at a time.
    one.answers(32 * 8, four_at_a_time);
    CHECK(one.limit.settled() <= 8);
}

TEST_CASE("silence leaves the limit as it is, and forgets what was measured") {
    client one(from_to(8, 64));
    one.answers(31, never_busy);
    one.now += 1h;
    // The thirty-second answer, but the first of a new measurement.
    one.answers(1, never_busy);
    CHECK(one.limit.now() == 8);
    one.answers(31, never_busy);
    CHECK(one.limit.now() == 16);
    // In the middle of a trial: back to what is known.
    one.now += 1h;
    one.answers(1, never_busy);
    CHECK(one.limit.now() == 8);
}

TEST_CASE("while another limit is being tried none is begun") {
    client one(from_to(8, 64));
    for (int index = 0; index < 1'000; ++index) {
        one.now += 1ms;
        one.limit.answered({join, 100ms, 8, one.now}, one.now, false);
    }
    CHECK(one.limit.now() == 8);
    one.answers(32, never_busy);
    CHECK(one.limit.now() == 16);
}

TEST_CASE("a limit without a choice stays") {
    auto rule = from_to(4, 4);
    rule.least = 4;
    client one(rule);
    one.answers(1'000, worse_for_more);
    CHECK(one.limit.now() == 4);
    one.limit.refused(one.now, one.now);
    CHECK(one.limit.now() == 4);
}

TEST_CASE("latency now and at best are those of the measurements") {
    client one(from_to(1, 1));
    CHECK(one.limit.latency() == 0us);
    one.answers(32, [](std::size_t) { return 40ms; });
    one.answers(32, [](std::size_t) { return 90ms; });
    CHECK(one.limit.latency() >= 89ms);
    CHECK(one.limit.latency() <= 90ms);
    CHECK(one.limit.best_latency() >= 39ms);
    CHECK(one.limit.best_latency() <= 40ms);
}
