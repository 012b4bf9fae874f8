#include "queue_fixture.hpp"
#include "task/queue.hpp"

using namespace commhost;
using namespace std::chrono_literals;
using task::lane;
using test::keys;
using test::queue_fixture;

TEST_CASE("tasks of one order run one at a time, first in first out") {
    queue_fixture f;
    const std::vector<task::new_task> tasks{
        queue_fixture::wanted("a1", lane::roster, "A"), queue_fixture::wanted("a2", lane::roster, "A"),
        queue_fixture::wanted("b1", lane::roster, "B"), queue_fixture::wanted("a3", lane::roster, "A")};
    f.queue.enqueue(tasks);
    const auto first = f.queue.lease("one", "matrix", 10);
    REQUIRE(first.size() == 2);
    CHECK(first[0].key == "a1");
    CHECK(first[1].key == "b1");
    CHECK(f.lease_keys(10, "two") == keys{});
    f.queue.complete(first[0]);
    const auto second = f.queue.lease("two", "matrix", 10);
    REQUIRE(second.size() == 1);
    CHECK(second[0].key == "a2");
    f.queue.complete(second[0]);
    CHECK(f.lease_keys() == keys{"a3"});
}

TEST_CASE("tasks without an order run at the same time") {
    queue_fixture f;
    for (const auto* key : {"a", "b", "c"}) f.enqueue(key);
    CHECK(f.lease_keys() == keys{"a", "b", "c"});
}

TEST_CASE("an order holds across queues, but a paused queue holds up nobody") {
    queue_fixture f;
    auto other = queue_fixture::wanted("old", lane::roster, "A");
    other.queue = "customlink";
    f.enqueue(other);
    f.clock.advance(1ms);
    f.enqueue(queue_fixture::wanted("new", lane::roster, "A"));
    f.queue.pause("customlink", std::nullopt, "the plugin is missing");
    const auto leased = f.lease_one();
    CHECK(leased.key == "new");
    f.queue.resume("customlink");
    CHECK(f.queue.lease("worker", "customlink", 1).empty());
    f.queue.complete(leased);
    CHECK(f.queue.lease("worker", "customlink", 1).size() == 1);
}

TEST_CASE("a task that is not due yet holds nobody up") {
    queue_fixture f;
    auto purge = queue_fixture::wanted("purge", lane::clean_up, "A");
    purge.not_before = f.now() + 30 * 60'000;
    f.enqueue(purge);
    f.enqueue(queue_fixture::wanted("rename", lane::roster, "A"));
    const auto leased = f.lease_one();
    CHECK(leased.key == "rename");
    f.clock.advance(30min);
    CHECK(f.lease_keys() == keys{});
    f.queue.complete(leased);
    CHECK(f.lease_keys() == keys{"purge"});
}

TEST_CASE("a task that waits for its next try goes behind what came in the meantime") {
    queue_fixture f;
    f.enqueue(queue_fixture::wanted("first", lane::roster, "A"));
    CHECK(f.queue.retry(f.lease_one(), {.code = "X", .text = "no"}) == task::ending::waiting);
    f.enqueue(queue_fixture::wanted("second", lane::roster, "A"));
    f.clock.advance(1h);
    const auto leased = f.lease_one();
    CHECK(leased.key == "second");
    f.queue.complete(leased);
    CHECK(f.lease_keys() == keys{"first"});
}

TEST_CASE("an urgent task lifts those ahead of it in its order into its lane, and no others") {
    queue_fixture f;
    f.enqueue(queue_fixture::wanted("other room", lane::periodic, "B"));
    f.enqueue(queue_fixture::wanted("drift", lane::periodic, "A"));
    auto purge = queue_fixture::wanted("purge", lane::clean_up, "A");
    purge.not_before = f.now() + 1000;
    f.enqueue(purge);
    f.enqueue(queue_fixture::wanted("change", lane::interactive, "A"));
    CHECK(f.listed("drift").in_lane == lane::interactive);
    CHECK(f.listed("other room").in_lane == lane::periodic);
    CHECK(f.listed("purge").in_lane == lane::clean_up);
    f.enqueue(queue_fixture::wanted("behind", lane::periodic, "A"));
    CHECK(f.listed("behind").in_lane == lane::periodic);

    const auto drift = f.lease_one();
    CHECK(drift.key == "drift");
    f.queue.complete(drift);
    CHECK(f.lease_one().key == "change");
}
