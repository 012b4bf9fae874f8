#include "task/progress.hpp"

#include "queue_fixture.hpp"

#include <string>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using task::sample;
using test::queue_fixture;

namespace {

constexpr store::milliseconds_utc second = 1'000;

void keep(queue_fixture& f) {
    f.database->transact([&](store::connection& on) { task::keep_sample(on, f.now()); });
}

std::vector<task::progress> progress(queue_fixture& f) { return task::progress_of(*f.database->borrow(), f.now()); }

void enqueue(queue_fixture& f, int from, int number) {
    for (int each = from; each < from + number; ++each) f.enqueue(std::to_string(each));
}

void complete(queue_fixture& f, int number) {
    for (int each = 0; each < number; ++each) f.queue.complete(f.lease_one());
}

}  // namespace

TEST_CASE(
    "the time left is not known until half a minute was seen, then it is what is left at the pace since the most") {
    const std::vector<sample> samples{{0, 100}, {10 * second, 900}, {20 * second, 1000}, {30 * second, 990}};
    CHECK(task::progress_since({}, {0, 5}).time_left == std::nullopt);
    const auto soon = task::progress_since(samples, {49 * second, 900});
    CHECK(soon.done == 100);
    CHECK(soon.time_left == std::nullopt);
    const auto later = task::progress_since(samples, {60 * second, 800});
    CHECK(later.left == 800);
    CHECK(later.done == 200);
    CHECK(later.time_left == 160s);
}

TEST_CASE("while more tasks come than go, the time left is not known") {
    const std::vector<sample> samples{{0, 100}, {60 * second, 120}};
    const auto growing = task::progress_since(samples, {120 * second, 130});
    CHECK(growing.done == 0);
    CHECK(growing.time_left == std::nullopt);
}

TEST_CASE("a time at which nothing got done is not counted into the pace") {
    const std::vector<sample> samples{{0, 100}, {200 * second, 100}};
    CHECK(task::progress_since(samples, {240 * second, 50}).time_left == 40s);
}

TEST_CASE("the progress of a queue is told from what was kept of it") {
    queue_fixture f;
    CHECK(progress(f).empty());
    enqueue(f, 0, 6);
    keep(f);
    complete(f, 2);
    f.clock.advance(40s);
    keep(f);
    const auto found = progress(f);
    REQUIRE(found.size() == 1);
    CHECK(found[0].queue == "matrix");
    CHECK(found[0].left == 4);
    CHECK(found[0].done == 2);
    CHECK(found[0].time_left == 80s);
}

TEST_CASE("tasks for later and failed ones are not what is left; running ones are") {
    queue_fixture f;
    auto later = queue_fixture::wanted("later");
    later.not_before = f.now() + second;
    f.enqueue(later);
    f.enqueue("failed");
    f.queue.fail(f.lease_one(), {.code = "X", .text = "no"});
    CHECK(progress(f).empty());
    f.enqueue("running");
    f.lease_one();
    REQUIRE(progress(f).size() == 1);
    CHECK(progress(f)[0].left == 1);
}

TEST_CASE("however often it is asked for, what is kept is one number for ten seconds, for ten minutes") {
    queue_fixture f;
    f.clock.set(test::test_clock::start - test::test_clock::start % 10'000);
    enqueue(f, 0, 3);
    const auto kept = [&] { return f.database->borrow()->scalar<std::int64_t>("select count(*) from task_sample"); };
    keep(f);
    complete(f, 1);
    f.clock.advance(9s);
    keep(f);
    CHECK(kept() == 1);
    CHECK(progress(f)[0].done == 1);
    f.clock.advance(1s);
    keep(f);
    CHECK(kept() == 2);
    f.clock.advance(10min + 1s);
    keep(f);
    CHECK(kept() == 1);
}
