#include "service/http_schedule.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <optional>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using service::http_batch_id;
using service::http_job;
using service::http_lane_id;
using service::http_origin_id;

namespace {

constexpr service::http_clock::time_point noon{12h};
constexpr http_batch_id first{1};
constexpr http_batch_id second{2};
constexpr http_batch_id third{3};

std::deque<http_job> jobs(http_batch_id batch, std::size_t count, std::uint64_t origin = 1, std::uint64_t lane = 1) {
    std::deque<http_job> made;
    for (std::size_t index = 0; index < count; ++index) {
        http_job job;
        job.batch = batch;
        job.index = index;
        job.origin = http_origin_id{origin};
        job.lane = http_lane_id{lane};
        made.push_back(job);
    }
    return made;
}

struct schedule_of : service::http_schedule {
    explicit schedule_of(std::size_t per_batch, std::size_t per_origin, std::chrono::milliseconds patience = 60s)
        : http_schedule({per_batch, per_origin, patience}) {}

    /// Starts what may go.
    std::vector<http_job> start_all(service::http_clock::time_point now = noon) {
        std::vector<http_job> started;
        while (const auto job = http_schedule::start(now)) started.push_back(*job);
        return started;
    }
};

}  // namespace

TEST_CASE("of one batch no more are under way than its limit, and they keep their order") {
    schedule_of schedule(2, 8);
    schedule.open(first, jobs(first, 4));
    auto started = schedule.start_all();
    REQUIRE(started.size() == 2);
    CHECK(started[0].index == 0);
    CHECK(started[1].index == 1);
    schedule.ended(started[1]);
    const auto next = schedule.start_all();
    REQUIRE(next.size() == 1);
    CHECK(next[0].index == 2);
}

TEST_CASE("of one origin no more are under way than its limit, another origin goes on") {
    schedule_of schedule(1, 2);
    schedule.open(first, jobs(first, 2));
    schedule.open(second, jobs(second, 2));
    schedule.open(third, jobs(third, 2));
    CHECK(schedule.start_all().size() == 2);
    const http_batch_id elsewhere{4};
    schedule.open(elsewhere, jobs(elsewhere, 1, 2, 2));
    const auto started = schedule.start_all();
    REQUIRE(started.size() == 1);
    CHECK(started[0].batch == elsewhere);
}

TEST_CASE("batches take turns, a long one does not hold up a short one") {
    schedule_of schedule(8, 1);
    schedule.open(first, jobs(first, 3));
    schedule.open(second, jobs(second, 1));
    schedule.open(third, jobs(third, 2));
    std::vector<http_batch_id> order;
    while (const auto job = schedule.start(noon)) {
        order.push_back(job->batch);
        schedule.ended(*job);
    }
    CHECK(order == std::vector{first, second, third, first, third, first});
}

TEST_CASE("a paused lane waits, another lane of the same origin goes on, and time alone ends it") {
    schedule_of schedule(1, 8);
    schedule.open(first, jobs(first, 2, 1, 1));
    schedule.open(second, jobs(second, 2, 1, 2));
    schedule.pause(http_lane_id{1}, noon + 30s);
    const auto started = schedule.start_all();
    REQUIRE(started.size() == 1);
    CHECK(started[0].batch == second);
    CHECK(schedule.next_due(noon) == noon + 30s);
    CHECK(schedule.start_all(noon + 29s).empty());
    REQUIRE(schedule.start_all(noon + 30s).size() == 1);
    CHECK(schedule.next_due(noon + 30s) == std::nullopt);
}

TEST_CASE("after a pause one goes ahead, and the others follow once it got through") {
    schedule_of schedule(1, 8);
    for (const auto batch : {first, second, third}) schedule.open(batch, jobs(batch, 2));
    const auto before = schedule.start_all();
    REQUIRE(before.size() == 3);
    schedule.pause(http_lane_id{1}, noon + 30s);
    // Answers to what was sent before the pause open nothing.
    for (const auto& job : before) {
        schedule.passed(job);
        schedule.ended(job);
    }
    const auto probe = schedule.start_all(noon + 30s);
    REQUIRE(probe.size() == 1);
    CHECK(schedule.start_all(noon + 31s).empty());
    schedule.passed(probe[0]);
    CHECK(schedule.start_all(noon + 31s).size() == 2);
}

TEST_CASE("one that is told to wait goes again before the rest of its batch in that room") {
    schedule_of schedule(1, 8);
    auto in_room = jobs(first, 2);
    for (auto& job : in_room) job.room = service::http_room_id{7};
    schedule.open(first, in_room);
    auto job = *schedule.start(noon);
    job.not_before = noon + 5s;
    schedule.ended_to_go_again(job);
    CHECK(schedule.start(noon) == std::nullopt);
    CHECK(schedule.next_due(noon) == noon + 5s);
    CHECK(schedule.start(noon + 5s)->index == 0);
}

TEST_CASE("the last one of a batch goes again too") {
    schedule_of schedule(1, 8);
    schedule.open(first, jobs(first, 1));
    schedule.ended_to_go_again(*schedule.start(noon));
    CHECK(schedule.start(noon).has_value());
}

TEST_CASE("what would wait for longer than patience is taken out, what would not stays") {
    schedule_of schedule(1, 8, 60s);
    schedule.open(first, jobs(first, 2));
    schedule.pause(http_lane_id{1}, noon + 60s);
    CHECK(schedule.take_overdue(noon).empty());
    schedule.pause(http_lane_id{1}, noon + 61s);
    const auto overdue = schedule.take_overdue(noon + 1s);
    REQUIRE(overdue.size() == 1);
    CHECK(overdue[0].job.index == 0);
    CHECK(overdue[0].until == noon + 61s);
    // The second one began to wait a second later, so that its patience ends later.
    CHECK(schedule.start_all(noon + 61s).size() == 1);
}

TEST_CASE("a held batch starts nothing, a closed one never again") {
    schedule_of schedule(1, 8);
    schedule.open(first, jobs(first, 3));
    schedule.hold(first, true);
    CHECK(schedule.start(noon) == std::nullopt);
    schedule.hold(first, false);
    const auto job = schedule.start(noon);
    REQUIRE(job.has_value());
    schedule.close(first);
    schedule.ended_to_go_again(*job);
    CHECK(schedule.start(noon) == std::nullopt);
}

TEST_CASE("of one room one is under way, whichever batches they are of, and others overtake") {
    schedule_of schedule(4, 8);
    auto in_room = jobs(first, 3);
    for (auto& job : in_room) job.room = service::http_room_id{7};
    in_room.push_back(jobs(first, 1).front());
    in_room.back().index = 3;
    auto same_room = jobs(second, 1);
    same_room.front().room = service::http_room_id{7};
    schedule.open(first, in_room);
    schedule.open(second, same_room);

    auto started = schedule.start_all();
    REQUIRE(started.size() == 2);
    CHECK(started[0].index == 0);
    CHECK(started[1].index == 3);
    schedule.ended(started[0]);
    started = schedule.start_all();
    REQUIRE(started.size() == 1);
    CHECK(started[0].batch == second);
    schedule.ended(started[0]);
    started = schedule.start_all();
    REQUIRE(started.size() == 1);
    CHECK(started[0].index == 1);
}

TEST_CASE("a request that waits for its next try keeps its room's order, and holds up nothing else") {
    schedule_of schedule(4, 8);
    auto waiting = jobs(first, 4);
    waiting[0].room = waiting[1].room = service::http_room_id{7};
    waiting[2].room = service::http_room_id{8};
    schedule.open(first, waiting);
    auto started = schedule.start_all();
    REQUIRE(started.size() == 3);
    CHECK(started[0].index == 0);
    CHECK(started[1].index == 2);
    CHECK(started[2].index == 3);
    started[0].not_before = noon + 5s;
    schedule.ended_to_go_again(started[0]);
    CHECK(schedule.start_all().empty());
    CHECK(schedule.next_due(noon) == noon + 5s);
    started = schedule.start_all(noon + 5s);
    REQUIRE(started.size() == 1);
    CHECK(started[0].index == 0);
}
