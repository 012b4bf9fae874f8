#include "service/http_schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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

service::http_limit_rule staying_at(std::size_t at_once) {
    service::http_limit_rule rule;
    rule.start = rule.least = rule.most = at_once;
    return rule;
}

struct schedule_of : service::http_schedule {
    explicit schedule_of(std::size_t per_batch, std::size_t per_origin, std::chrono::milliseconds patience = 60s)
        : http_schedule({per_batch, staying_at(per_origin), staying_at(1), patience}) {}

    explicit schedule_of(const limits& of) : http_schedule(of) {}

    void open(http_batch_id batch, std::deque<http_job> of) { http_schedule::open(batch, std::move(of), noon); }

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
    schedule.ended(started[1], noon);
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
        schedule.ended(*job, noon);
    }
    CHECK(order == std::vector{first, second, third, first, third, first});
}

TEST_CASE("a paused lane waits, another lane of the same origin goes on, and time alone ends it") {
    schedule_of schedule(1, 8);
    schedule.open(first, jobs(first, 2, 1, 1));
    schedule.open(second, jobs(second, 2, 1, 2));
    schedule.pause(http_lane_id{1}, noon, noon + 30s);
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
    schedule.pause(http_lane_id{1}, noon, noon + 30s);
    // Answers to what was sent before the pause open nothing.
    for (const auto& job : before) {
        schedule.passed(job);
        schedule.ended(job, noon);
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
    schedule.ended_to_go_again(job, noon);
    CHECK(schedule.start(noon) == std::nullopt);
    CHECK(schedule.next_due(noon) == noon + 5s);
    CHECK(schedule.start(noon + 5s)->index == 0);
}

TEST_CASE("the last one of a batch goes again too") {
    schedule_of schedule(1, 8);
    schedule.open(first, jobs(first, 1));
    schedule.ended_to_go_again(*schedule.start(noon), noon);
    CHECK(schedule.start(noon).has_value());
}

TEST_CASE("what would wait for longer than patience is taken out, what would not stays") {
    schedule_of schedule(1, 8, 60s);
    schedule.open(first, jobs(first, 2));
    schedule.pause(http_lane_id{1}, noon, noon + 60s);
    CHECK(schedule.take_overdue(noon).empty());
    // One that comes now has all its patience before it.
    static_cast<service::http_schedule&>(schedule).open(second, jobs(second, 1), noon + 1s);
    schedule.pause(http_lane_id{1}, noon + 1s, noon + 61s);
    const auto overdue = schedule.take_overdue(noon + 1s);
    REQUIRE(overdue.size() == 2);
    CHECK(overdue[0].job.index == 0);
    CHECK(overdue[0].until == noon + 61s);
    CHECK(overdue[1].job.index == 1);
    const auto started = schedule.start_all(noon + 61s);
    REQUIRE(started.size() == 1);
    CHECK(started[0].batch == second);
}

TEST_CASE(
    "a server that asks each job anew to wait has a batch for as long as its patience, however many jobs there are") {
    schedule_of schedule(1, 8, 120s);
    schedule.open(first, jobs(first, 50));
    auto now = noon;
    std::size_t told = 0;
    std::size_t given_up = 0;
    while (const auto job = schedule.start(now)) {
        ++told;
        schedule.pause(job->lane, now, now + 60s);
        if (schedule.is_too_long(*job)) {
            ++given_up;
            schedule.ended(*job, noon);
        } else {
            schedule.ended_to_go_again(*job, noon);
        }
        given_up += schedule.take_overdue(now).size();
        now += 60s;
    }
    CHECK(told == 3);
    CHECK(given_up == 50);
    CHECK(schedule.next_due(noon) == std::nullopt);
}

TEST_CASE("what of a batch is of another account is not given up, and time that no server asked for is not patience") {
    schedule_of schedule(2, 8, 60s);
    auto both = jobs(first, 2, 1, 1);
    both[1].lane = http_lane_id{2};
    schedule.open(first, both);
    schedule.pause(http_lane_id{1}, noon, noon + 40s);
    schedule.pause(http_lane_id{2}, noon, noon + 20s);
    CHECK(schedule.take_overdue(noon).empty());
    schedule.pause(http_lane_id{1}, noon + 50s, noon + 71s);
    schedule.pause(http_lane_id{2}, noon + 50s, noon + 71s);
    const auto overdue = schedule.take_overdue(noon + 50s);
    REQUIRE(overdue.size() == 1);
    CHECK(overdue[0].job.index == 0);
    CHECK(schedule.start(noon + 71s)->index == 1);
}

TEST_CASE("several answers to one throttling are one wait") {
    schedule_of schedule(1, 8, 60s);
    schedule.open(first, jobs(first, 2));
    for (int answer = 0; answer < 10; ++answer) schedule.pause(http_lane_id{1}, noon + 1s * answer, noon + 50s);
    CHECK(schedule.take_overdue(noon + 10s).empty());
    CHECK(schedule.next_due(noon + 10s) == noon + 50s);
    CHECK(schedule.start(noon + 50s).has_value());
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
    schedule.ended_to_go_again(*job, noon);
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
    schedule.ended(started[0], noon);
    started = schedule.start_all();
    REQUIRE(started.size() == 1);
    CHECK(started[0].batch == second);
    schedule.ended(started[0], noon);
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
    schedule.ended_to_go_again(started[0], noon);
    CHECK(schedule.start_all().empty());
    CHECK(schedule.next_due(noon) == noon + 5s);
    started = schedule.start_all(noon + 5s);
    REQUIRE(started.size() == 1);
    CHECK(started[0].index == 0);
}

namespace {

constexpr service::http_room_id room{7};

/// Three may be under way in a room.
schedule_of three_in_a_room() { return schedule_of({8, staying_at(8), staying_at(3), 60s}); }

std::deque<http_job> in_room(std::deque<http_job> made) {
    for (auto& job : made) job.room = room;
    return made;
}

std::vector<std::size_t> indexes(const std::vector<http_job>& of) {
    std::vector<std::size_t> found;
    for (const auto& job : of) found.push_back(job.index);
    return found;
}

}  // namespace

TEST_CASE("where a room takes several they are begun in their order, and a free room comes first") {
    auto schedule = three_in_a_room();
    auto all = in_room(jobs(first, 6));
    all[4].room = service::http_room_id{8};
    schedule.open(first, all);
    CHECK(indexes(schedule.start_all()) == std::vector<std::size_t>{0, 4, 1, 2});
}

TEST_CASE("several in a room are of one batch") {
    auto schedule = three_in_a_room();
    schedule.open(first, in_room(jobs(first, 2)));
    schedule.open(second, in_room(jobs(second, 2)));
    const auto started = schedule.start_all();
    REQUIRE(started.size() == 2);
    CHECK(started[0].batch == first);
    CHECK(started[1].batch == first);
    schedule.ended(started[0], noon);
    CHECK(schedule.start_all().empty());
    schedule.ended(started[1], noon);
    CHECK(schedule.start_all().size() == 2);
}

TEST_CASE("several in a room are of one kind, and nothing overtakes one that is of another") {
    auto schedule = three_in_a_room();
    auto all = in_room(jobs(first, 5));
    all[2].kind = 1;
    schedule.open(first, all);
    auto started = schedule.start_all();
    CHECK(indexes(started) == std::vector<std::size_t>{0, 1});
    schedule.ended(started[1], noon);
    CHECK(schedule.start_all().empty());
    schedule.ended(started[0], noon);
    started = schedule.start_all();
    CHECK(indexes(started) == std::vector<std::size_t>{2});
    schedule.ended(started[0], noon);
    CHECK(indexes(schedule.start_all()) == std::vector<std::size_t>{3, 4});
}

TEST_CASE("those that go again have their old places, and nothing of the room begins before them") {
    auto schedule = three_in_a_room();
    schedule.open(first, in_room(jobs(first, 5)));
    auto started = schedule.start_all();
    REQUIRE(started.size() == 3);
    started[0].not_before = started[1].not_before = noon + 5s;
    schedule.ended_to_go_again(started[0], noon);
    schedule.ended_to_go_again(started[1], noon);
    CHECK(schedule.start_all().empty());
    schedule.ended(started[2], noon);
    CHECK(schedule.start_all(noon + 4s).empty());
    CHECK(indexes(schedule.start_all(noon + 5s)) == std::vector<std::size_t>{0, 1, 3});
}

TEST_CASE("requests that are sent together and answered together are as many as that under way") {
    service::http_limit_rule rule;
    rule.start = 8;
    rule.samples = 32;
    schedule_of schedule({64, rule, staying_at(1), 60s});
    schedule.open(first, jobs(first, 64));
    auto now = noon;
    for (int round = 0; round < 4; ++round) {
        const auto started = schedule.start_all(now);
        REQUIRE(started.size() == 8);
        now += 20ms;
        for (const auto& job : started) {
            schedule.answered(job, 1, 20ms, now);
            schedule.ended(job, now);
        }
    }
    CHECK(schedule.start_all(now).size() == 16);
}

TEST_CASE("a refusal shrinks the limit of its origin, and of no other") {
    service::http_limit_rule rule;
    rule.start = 4;
    schedule_of schedule({8, rule, staying_at(1), 60s});
    schedule.open(first, jobs(first, 8, 1));
    schedule.open(second, jobs(second, 8, 2));
    const auto started = schedule.start_all();
    REQUIRE(started.size() == 8);
    for (const auto& job : started) {
        if (job.origin == http_origin_id{1}) CHECK(schedule.refused(job, noon + 1s) == (job.index == 0));
        schedule.ended(job, noon + 1s);
    }
    const auto again = schedule.start_all(noon + 2s);
    CHECK(std::count_if(again.begin(), again.end(), [](const auto& job) { return job.origin == http_origin_id{1}; }) ==
          2);
    CHECK(std::count_if(again.begin(), again.end(), [](const auto& job) { return job.origin == http_origin_id{2}; }) ==
          4);
}

TEST_CASE("of ten thousand origins those used last are remembered") {
    service::http_limit_rule rule;
    rule.start = 4;
    schedule_of schedule({8, rule, staying_at(1), 60s});
    const auto use = [&](std::uint64_t origin, service::http_clock::time_point now) {
        schedule.open(first, jobs(first, 8, origin, origin));
        const auto started = schedule.start_all(now);
        for (const auto& job : started) {
            schedule.refused(job, now + 1s);
            schedule.ended(job, now + 1s);
        }
        schedule.close(first);
        return started.size();
    };
    for (std::uint64_t origin = 1; origin <= 10'000; ++origin) REQUIRE(use(origin, noon + origin * 1min) == 4);
    CHECK(schedule.origins() == 64);
    CHECK(use(10'000, noon + 10'001min) == 2);
    CHECK(use(1, noon + 10'002min) == 4);
}

TEST_CASE("what was found is told when it is new, and at most once a minute") {
    service::http_limit_rule rule;
    rule.start = rule.most = 4;
    rule.samples = 4;
    schedule_of schedule({8, rule, staying_at(1), 60s});
    std::size_t told = 0;
    std::optional<service::http_finding> last;
    const auto work = [&](std::chrono::milliseconds latency, service::http_clock::time_point from) {
        for (int round = 0; round < 200; ++round) {
            const auto now = from + round * 10ms;
            schedule.open(first, jobs(first, 8));
            const auto started = schedule.start_all(now);
            for (const auto& job : started) {
                schedule.answered(job, 1, latency * started.size(), now + 1ms);
                if (const auto news = schedule.take_news(job.origin, now + 1ms)) {
                    last = news;
                    ++told;
                }
                schedule.ended(job, now + 1ms);
            }
            schedule.close(first);
        }
    };
    work(10ms, noon);
    CHECK(told == 1);
    REQUIRE(last.has_value());
    CHECK(last->at_once_in_room == 1);
    CHECK(last->latency > 0us);
    CHECK(last->best_latency <= last->latency);
    work(10ms, noon + 30s);
    work(10ms, noon + 2min);
    CHECK(told <= 2);
    CHECK(last->at_once == 1);
}
