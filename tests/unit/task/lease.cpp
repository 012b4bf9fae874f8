#include "queue_fixture.hpp"
#include "task/queue.hpp"

using namespace commhost;
using namespace std::chrono_literals;
using test::keys;
using test::queue_fixture;

TEST_CASE("a leased task is given to nobody else") {
    queue_fixture f;
    f.enqueue("a");
    CHECK(f.lease_keys(10, "one") == keys{"a"});
    CHECK(f.lease_keys(10, "one") == keys{});
    CHECK(f.lease_keys(10, "two") == keys{});
}

TEST_CASE("a worker gets no more than it asks for, and only from its queue") {
    queue_fixture f;
    for (const auto* key : {"a", "b", "c"}) f.enqueue(key);
    auto other = queue_fixture::wanted("d");
    other.queue = "customlink";
    f.enqueue(other);
    CHECK(f.lease_keys(0) == keys{});
    CHECK(f.lease_keys(2) == keys{"a", "b"});
    CHECK(f.lease_keys(2) == keys{"c"});
}

TEST_CASE("a task is not leased before its time") {
    queue_fixture f;
    auto task = queue_fixture::wanted("a");
    task.not_before = f.now() + 1000;
    f.enqueue(task);
    f.clock.advance(999ms);
    CHECK(f.lease_keys() == keys{});
    f.clock.advance(1ms);
    CHECK(f.lease_keys() == keys{"a"});
}

TEST_CASE("a hundred tasks are leased, prolonged and completed with as many statements as one") {
    queue_fixture f({.lease = 10s});
    // One connection is free at a time here, so that all functions use the same.
    const auto statements = [&] { return f.database->borrow()->statements(); };
    const auto statements_for = [&](int number) {
        std::vector<task::new_task> tasks;
        for (int index = 0; index < number; ++index)
            tasks.push_back(queue_fixture::wanted(std::to_string(index), task::lane::roster, std::to_string(index)));
        f.queue.enqueue(tasks);
        const auto before = statements();
        const auto leased = f.queue.lease("worker", "matrix", 100);
        CHECK(leased.size() == tasks.size());
        f.queue.heartbeat("worker");
        f.queue.release("worker", "killed");
        f.clock.advance(1h);
        f.queue.release_gracefully("worker");
        f.queue.expire_leases();
        f.queue.counts();
        const auto used = statements() - before;
        for (const auto& suspect : f.queue.list({})) f.queue.cancel(suspect.id);
        return used;
    };
    const auto for_one = statements_for(1);
    CHECK(statements_for(100) == for_one);

    std::vector<task::new_task> tasks;
    for (int index = 0; index < 100; ++index) tasks.push_back(queue_fixture::wanted(std::to_string(index)));
    f.queue.enqueue(tasks);
    const auto leased = f.queue.lease("worker", "matrix", 100);
    const auto before = statements();
    f.queue.complete(std::span(leased).first(50));
    const auto for_fifty = statements() - before;
    f.queue.complete(std::span(leased).last(2));
    CHECK(statements() - before == 2 * for_fifty);
}

TEST_CASE("heartbeats keep a lease, and tell what is held") {
    queue_fixture f({.lease = 60s});
    f.enqueue("a");
    f.enqueue("b");
    const auto leased = f.queue.lease("one", "matrix", 2);
    f.clock.advance(50s);
    const std::vector<task::held_task> both{{leased[0].id, leased[0].lease}, {leased[1].id, leased[1].lease}};
    CHECK(f.queue.heartbeat("one") == both);
    f.clock.advance(50s);
    CHECK(f.queue.expire_leases() == 0);
    f.queue.complete(leased[0]);
    const std::vector<task::held_task> second{both[1]};
    CHECK(f.queue.heartbeat("one") == second);
    CHECK(f.queue.heartbeat("nobody").empty());
}

TEST_CASE("an owner without a sign of life loses its tasks, and no crash is counted") {
    queue_fixture f({.lease = 60s});
    f.enqueue("a");
    f.enqueue("b");
    const auto first = f.lease_one("one");
    CHECK(first.key == "a");
    f.clock.advance(30s);
    CHECK(f.lease_one("two").key == "b");
    f.clock.advance(31s);
    CHECK(f.queue.expire_leases() == 1);
    CHECK(f.queue.expire_leases() == 0);
    CHECK(f.queue.heartbeat("one").empty());
    const auto again = f.lease_one("three");
    CHECK(again.key == "a");
    CHECK(again.crashes == 0);
    CHECK(again.attempts == 0);
}

TEST_CASE("who is known to be alive keeps its tasks beyond its lease") {
    queue_fixture f({.lease = 60s});
    f.enqueue("a");
    f.enqueue("b");
    f.lease_one("alive");
    f.lease_one("silent");
    f.clock.advance(61s);
    CHECK(f.queue.expire_leases(keys{"alive", "another"}) == 1);
    CHECK(f.queue.heartbeat("alive").size() == 1);
    CHECK(f.queue.heartbeat("silent").empty());
    CHECK(f.queue.expire_leases() == 0);
}

TEST_CASE("an owner gives back some of its tasks and keeps the others") {
    queue_fixture f;
    f.enqueue("a");
    f.enqueue("b");
    f.enqueue("c");
    const auto kept = f.lease_one("one");
    const auto left = f.lease_one("one");
    const auto other = f.lease_one("two");
    const std::vector<task::held_task> tasks{
        {left.id, left.lease}, {kept.id, task::lease_number{7}}, {other.id, other.lease}};
    CHECK(f.queue.give_back("one", tasks) == 1);
    CHECK(f.listed("b").state == task::state::queued);
    CHECK(f.listed("b").crashes == 0);
    CHECK(f.listed("b").error_code == std::nullopt);
    CHECK(f.lease_keys(10, "three") == keys{"b"});
    CHECK(f.queue.complete(kept) == task::ending::gone);
    CHECK(f.queue.complete(other) == task::ending::gone);
}

TEST_CASE("an owner that lost its lease changes nothing when it comes back, and is told so") {
    queue_fixture f({.lease = 60s});
    f.enqueue("a");
    const auto old = f.lease_one("one");
    f.clock.advance(2min);
    f.queue.expire_leases();
    const task::failure failure{.code = "X", .text = "no"};

    SUBCASE("while nobody has the task") {}
    SUBCASE("while another one has the task") { f.lease_one("two"); }
    SUBCASE("while it has the task again itself, by a newer lease") { f.lease_one("one"); }
    const auto before = f.listed("a");
    CHECK(f.queue.complete(old) == task::ending::lease_lost);
    CHECK(f.queue.retry(old, failure) == task::ending::lease_lost);
    CHECK(f.queue.fail(old, failure) == task::ending::lease_lost);
    CHECK_FALSE(f.database->transact([&](store::connection& on) { return task::queue::holds(on, old); }));
    for (const auto& held : f.queue.heartbeat("one")) CHECK(held.lease != old.lease);
    const auto after = f.listed("a");
    CHECK(after.state == before.state);
    CHECK(after.owner == before.owner);
    CHECK(after.attempts == 0);
    CHECK(after.error_code == std::nullopt);
}

TEST_CASE("a lease of a task that is done is lost too") {
    queue_fixture f;
    f.enqueue("a");
    const auto leased = f.lease_one();
    CHECK(f.queue.complete(leased) == task::ending::gone);
    f.enqueue("a");
    CHECK(f.queue.complete(leased) == task::ending::lease_lost);
    CHECK(f.listed("a").state == task::state::queued);
}

TEST_CASE("what the task's owner stores is stored with the lease's end, or not at all") {
    queue_fixture f;
    f.enqueue("a");
    const auto leased = f.lease_one();
    CHECK_THROWS(f.database->transact([&](store::connection& on) {
        CHECK(task::queue::holds(on, leased));
        CHECK(f.queue.complete(on, leased) == task::ending::gone);
        throw std::runtime_error("the result is refused");
    }));
    CHECK(f.listed("a").state == task::state::running);
    CHECK(f.queue.complete(leased) == task::ending::gone);
}

TEST_CASE("owners are listed with the number of their tasks") {
    queue_fixture f({.lease = 60s});
    f.enqueue("a");
    f.enqueue("b");
    f.enqueue("c");
    f.lease_keys(2, "host/1");
    f.lease_keys(2, "host/2");
    const auto owners = f.queue.owners();
    REQUIRE(owners.size() == 2);
    CHECK(owners[0].name == "host/1");
    CHECK(owners[0].tasks == 2);
    CHECK(owners[0].until == f.now() + 60'000);
    CHECK(owners[1].name == "host/2");
    CHECK(owners[1].tasks == 1);
}

TEST_CASE("a task that runs beyond the deadline is listed as its owner has it") {
    queue_fixture f({.deadline = 10min});
    f.enqueue("a");
    const auto slow = f.lease_one("one");
    f.clock.advance(5min);
    f.enqueue("b");
    const auto fast = f.lease_one("one");
    f.clock.advance(5min);
    CHECK(f.queue.overdue().empty());
    f.clock.advance(1ms);
    const auto overdue = f.queue.overdue();
    REQUIRE(overdue.size() == 1);
    CHECK(overdue[0].key == "a");

    // What a supervisor does after it has killed the worker.
    CHECK(f.queue.retry(overdue[0], {.code = "X", .text = "took too long"}) == task::ending::waiting);
    CHECK(f.queue.release_gracefully("one") == 1);
    CHECK(f.listed("a").attempts == 1);
    CHECK(f.listed("b").attempts == 0);
    CHECK(f.queue.complete(slow) == task::ending::lease_lost);
    CHECK(f.queue.complete(fast) == task::ending::lease_lost);
}
