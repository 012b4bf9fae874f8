#include "queue_fixture.hpp"
#include "task/queue.hpp"

#include <stdexcept>

using namespace commhost;
using test::keys;
using test::queue_fixture;

TEST_CASE("while all queues are paused no task of any is given, and none fails or vanishes") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.pause(task::every_queue, std::nullopt, "moving house");
    f.enqueue("b");
    CHECK(f.lease_keys() == keys{});
    CHECK(f.queue.next_due("matrix") == std::nullopt);
    CHECK(f.queue.idle());
    CHECK(f.listed("b").state == task::state::queued);
    const auto pauses = f.queue.pauses();
    REQUIRE(pauses.size() == 1);
    CHECK(pauses[0].queue == "matrix");
    CHECK(pauses[0].reason == "moving house");
    f.queue.resume(task::every_queue);
    CHECK(f.queue.pauses().empty());
    CHECK(f.lease_keys() == keys{"a", "b"});
}

TEST_CASE("a queue's own pause goes on after that of all") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.pause("matrix", std::nullopt, "disabled");
    f.queue.pause(task::every_queue, std::nullopt, "moving house");
    CHECK(f.queue.pauses().size() == 1);
    f.queue.resume(task::every_queue);
    CHECK(f.lease_keys() == keys{});
    REQUIRE(f.queue.pauses().size() == 1);
    CHECK(f.queue.pauses()[0].reason == "disabled");
}

TEST_CASE("whether all queues are paused is known with no task at all") {
    queue_fixture f;
    const auto on = f.database->borrow();
    CHECK(!task::queue::pause_of_all(*on, f.now()));
    f.queue.pause(task::every_queue, std::nullopt, "moving house");
    const auto all = task::queue::pause_of_all(*on, f.now());
    REQUIRE(all);
    CHECK(all->reason == "moving house");
    CHECK(all->since == f.now());
}

TEST_CASE("a task that is put back is ready again with nothing held against it") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.put_back(f.lease_one());
    const auto again = f.lease_one();
    CHECK(again.key == "a");
    CHECK(again.tries == 0);
    CHECK(again.crashes == 0);
}

TEST_CASE("no queue may be called as all of them are") {
    queue_fixture f;
    auto wrong = queue_fixture::wanted("a");
    wrong.queue = task::every_queue;
    CHECK_THROWS_AS(f.enqueue(wrong), std::invalid_argument);
}
