#include "queue_fixture.hpp"
#include "task/queue.hpp"

using namespace commhost;
using namespace std::chrono_literals;
using test::keys;
using test::queue_fixture;

TEST_CASE("the tasks of a paused queue wait; they neither fail nor vanish") {
    queue_fixture f;
    f.enqueue("a");
    const auto running = f.lease_one();
    f.enqueue("b");
    f.queue.pause("matrix", std::nullopt, "the plugin is disabled");
    CHECK(f.lease_keys() == keys{});
    CHECK(f.queue.complete(running) == task::ending::gone);
    f.clock.advance(24h * 365);
    CHECK(f.lease_keys() == keys{});
    CHECK(f.listed("b").state == task::state::queued);
    f.queue.resume("matrix");
    CHECK(f.lease_keys() == keys{"b"});
}

TEST_CASE("a pause concerns one queue only") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.pause("customlink", std::nullopt, "quarantined");
    f.queue.resume("ejabberd");
    CHECK(f.lease_keys() == keys{"a"});
}

TEST_CASE("a pause ends by itself at its time, and the last one counts") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.pause("matrix", std::nullopt, "quarantined");
    f.queue.pause("matrix", f.now() + 60'000, "quarantined for a minute");
    const auto pauses = f.queue.pauses();
    REQUIRE(pauses.size() == 1);
    CHECK(pauses[0].queue == "matrix");
    CHECK(pauses[0].reason == "quarantined for a minute");
    CHECK(pauses[0].until == f.now() + 60'000);
    CHECK(pauses[0].since == f.now());
    f.clock.advance(59s);
    CHECK(f.lease_keys() == keys{});
    f.clock.advance(1s);
    CHECK(f.queue.pauses().empty());
    CHECK(f.lease_keys() == keys{"a"});
}

TEST_CASE("the next task's time is known, whatever its lane") {
    queue_fixture f;
    CHECK(f.queue.next_due("matrix") == std::nullopt);
    auto late = queue_fixture::wanted("late", task::lane::interactive);
    late.not_before = f.now() + 2000;
    auto early = queue_fixture::wanted("early", task::lane::clean_up);
    early.not_before = f.now() + 1000;
    f.enqueue(late);
    f.enqueue(early);
    CHECK(f.queue.next_due("matrix") == f.now() + 1000);
    CHECK(f.queue.next_due("customlink") == std::nullopt);
    f.enqueue("ready");
    CHECK(f.queue.next_due("matrix") == f.now());
}

TEST_CASE("running and failed tasks, and those behind a running one, are not next") {
    queue_fixture f;
    f.enqueue("failed");
    f.queue.fail(f.lease_one(), {.code = "X", .text = "no"});
    f.enqueue(queue_fixture::wanted("a1", task::lane::roster, "A"));
    f.enqueue(queue_fixture::wanted("a2", task::lane::roster, "A"));
    const auto running = f.lease_one();
    CHECK(f.queue.next_due("matrix") == std::nullopt);
    f.queue.complete(running);
    CHECK(f.queue.next_due("matrix") == f.now());
}

TEST_CASE("nothing of a paused queue is next before the pause's end") {
    queue_fixture f;
    auto task = queue_fixture::wanted("a");
    task.not_before = f.now() + 5000;
    f.enqueue(task);
    f.queue.pause("matrix", f.now() + 1000, "outage");
    CHECK(f.queue.next_due("matrix") == f.now() + 5000);
    f.queue.pause("matrix", f.now() + 9000, "outage");
    CHECK(f.queue.next_due("matrix") == f.now() + 9000);
    f.queue.pause("matrix", std::nullopt, "disabled");
    CHECK(f.queue.next_due("matrix") == std::nullopt);
}

TEST_CASE("the queue is idle when nothing runs and nothing is due") {
    queue_fixture f;
    CHECK(f.queue.idle());
    auto later = queue_fixture::wanted("later");
    later.not_before = f.now() + 5000;
    f.enqueue(later);
    CHECK(f.queue.idle());
    CHECK(f.queue.idle(f.now() + 4999));
    CHECK_FALSE(f.queue.idle(f.now() + 5000));
    f.clock.advance(5s);
    CHECK_FALSE(f.queue.idle());
    const auto running = f.lease_one();
    CHECK_FALSE(f.queue.idle());
    f.queue.fail(running, {.code = "X", .text = "no"});
    CHECK(f.queue.idle());
}

TEST_CASE("a paused queue is idle until its pause ends") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.pause("matrix", f.now() + 1000, "outage");
    CHECK(f.queue.idle());
    CHECK(f.queue.idle(f.now() + 999));
    CHECK_FALSE(f.queue.idle(f.now() + 1000));
    f.queue.pause("matrix", std::nullopt, "disabled");
    CHECK(f.queue.idle(f.now() + 1000));
}
