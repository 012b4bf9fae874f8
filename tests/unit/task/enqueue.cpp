#include "queue_fixture.hpp"
#include "task/queue.hpp"

#include <stdexcept>

using namespace commhost;
using namespace std::chrono_literals;
using test::keys;
using test::queue_fixture;

TEST_CASE("a task comes to the worker as it was enqueued") {
    queue_fixture f;
    f.enqueue({.kind = "synchronise",
               .queue = "matrix",
               .key = "synchronise:7",
               .order = "room 7",
               .in_lane = task::lane::periodic,
               .payload = R"({"communication": 7, "name": "Zoë's"})",
               .not_before = std::nullopt});
    const auto leased = f.lease_one("host/1");
    CHECK(leased.kind == "synchronise");
    CHECK(leased.queue == "matrix");
    CHECK(leased.key == "synchronise:7");
    CHECK(leased.order == "room 7");
    CHECK(leased.in_lane == task::lane::periodic);
    CHECK(leased.payload == R"({"communication": 7, "name": "Zoë's"})");
    CHECK(leased.attempts == 0);
    CHECK(leased.crashes == 0);
    CHECK(leased.owner == "host/1");
    CHECK(leased.started == f.now());
}

TEST_CASE("a change and its task are stored together or not at all") {
    queue_fixture f;
    const auto task = queue_fixture::wanted("a");
    CHECK_THROWS(f.database->transact([&](store::connection& on) {
        task::queue::enqueue(on, std::span(&task, 1), f.now());
        throw std::runtime_error("the change is refused");
    }));
    CHECK(f.queue.list({}).empty());
    f.database->transact([&](store::connection& on) { task::queue::enqueue(on, std::span(&task, 1), f.now()); });
    CHECK(f.queue.list({}).size() == 1);
}

TEST_CASE("a thousand tasks take as many statements as two") {
    queue_fixture f;
    const auto statements_for = [&](int number) {
        std::vector<task::new_task> tasks;
        for (int index = 0; index < number; ++index) {
            const auto name = std::to_string(number) + "/" + std::to_string(index);
            tasks.push_back(queue_fixture::wanted(name, task::lane::interactive, "room " + name));
        }
        return f.database->transact([&](store::connection& on) {
            const auto before = on.statements();
            task::queue::enqueue(on, tasks, f.now());
            return on.statements() - before;
        });
    };
    const int statements = f.database->dialect() == store::dialect::sqlite ? 2 : 3;
    CHECK(statements_for(2) == statements);
    CHECK(statements_for(1000) == statements);
    CHECK(f.lease_keys(2000).size() == 1002);
}

TEST_CASE("no tasks take no statement") {
    queue_fixture f;
    const auto on = f.database->borrow();
    const auto before = on->statements();
    task::queue::enqueue(*on, {}, f.now());
    CHECK(on->statements() == before);
}

TEST_CASE("a task without kind, queue or key is refused") {
    queue_fixture f;
    for (const auto part : {&task::new_task::kind, &task::new_task::queue, &task::new_task::key}) {
        auto task = queue_fixture::wanted("a");
        (task.*part).clear();
        CHECK_THROWS_AS(f.enqueue(task), std::invalid_argument);
    }
    CHECK(f.queue.list({}).empty());
}

TEST_CASE("a key that is queued already stays one task, with the better lane, the earlier time and the new payload") {
    queue_fixture f;
    auto task = queue_fixture::wanted("a", task::lane::roster);
    task.not_before = f.now() + 5000;
    f.enqueue(task);

    task.in_lane = task::lane::periodic;
    task.not_before = f.now() + 1000;
    task.payload = R"({"second": true})";
    f.enqueue(task);
    CHECK(f.listed("a").in_lane == task::lane::roster);
    CHECK(f.listed("a").due == f.now() + 1000);
    CHECK(f.listed("a").payload == R"({"second": true})");

    task.in_lane = task::lane::interactive;
    task.not_before = f.now() + 9000;
    f.enqueue(task);
    CHECK(f.listed("a").in_lane == task::lane::interactive);
    CHECK(f.listed("a").due == f.now() + 1000);
}

TEST_CASE("the same key twice in one call is one task, merged likewise") {
    queue_fixture f;
    auto early = queue_fixture::wanted("a", task::lane::clean_up);
    early.not_before = f.now() + 1000;
    auto urgent = queue_fixture::wanted("a", task::lane::interactive);
    urgent.not_before = f.now() + 2000;
    urgent.payload = "[]";
    const std::vector<task::new_task> both{early, urgent};
    f.queue.enqueue(both);
    const auto merged = f.listed("a");
    CHECK(merged.in_lane == task::lane::interactive);
    CHECK(merged.due == f.now() + 1000);
    CHECK(merged.payload == "[]");
}

TEST_CASE("a key that is enqueued while it runs runs once more, with the new payload") {
    queue_fixture f;
    f.enqueue("a");
    const auto first = f.lease_one();
    for (int count = 0; count < 3; ++count) {
        auto changed = queue_fixture::wanted("a");
        changed.payload = std::to_string(count);
        f.enqueue(changed);
    }
    CHECK(f.lease_keys() == keys{});
    CHECK(f.listed("a").once_more);
    CHECK(f.queue.complete(first) == task::ending::queued);

    const auto second = f.lease_one();
    CHECK(second.payload == "2");
    CHECK_FALSE(f.listed("a").once_more);
    CHECK(f.queue.complete(second) == task::ending::gone);
    CHECK(f.queue.list({}).empty());
}

TEST_CASE("what is wanted once more at a later time waits for that time") {
    queue_fixture f;
    f.enqueue("a");
    const auto first = f.lease_one();
    auto later = queue_fixture::wanted("a");
    later.not_before = f.now() + 60'000;
    f.enqueue(later);
    CHECK(f.queue.complete(first) == task::ending::queued);
    CHECK(f.lease_keys() == keys{});
    f.clock.advance(60s);
    CHECK(f.lease_keys() == keys{"a"});
}

TEST_CASE("a key that has failed is queued again with no attempts counted") {
    queue_fixture f({.most_attempts = 1});
    f.enqueue(queue_fixture::wanted("a", task::lane::interactive));
    CHECK(f.queue.retry(f.lease_one(), {.code = "X", .text = "no"}) == task::ending::failed);
    f.clock.advance(1h);
    f.enqueue(queue_fixture::wanted("a", task::lane::periodic));
    const auto again = f.listed("a");
    CHECK(again.state == task::state::queued);
    CHECK(again.attempts == 0);
    CHECK(again.tries == 0);
    CHECK(again.due == f.now());
    CHECK(again.created == f.now());
    CHECK(again.in_lane == task::lane::periodic);
    CHECK(f.lease_keys() == keys{"a"});
}

TEST_CASE("a new change makes a task that waits for its next try ready, and keeps its count") {
    queue_fixture f;
    f.enqueue("a");
    CHECK(f.queue.retry(f.lease_one(), {.code = "X", .text = "no"}) == task::ending::waiting);
    CHECK(f.lease_keys() == keys{});
    f.enqueue("a");
    CHECK(f.lease_one().attempts == 1);
}
