#include "queue_fixture.hpp"
#include "task/queue.hpp"

#include <algorithm>

using namespace commhost;
using namespace std::chrono_literals;
using task::state;
using test::keys;
using test::queue_fixture;

TEST_CASE("the tasks of a dead worker are ready again at once, with a crash counted") {
    queue_fixture f;
    f.enqueue("a");
    const auto old = f.lease_one("one");
    const auto released = f.queue.release("one", "killed by signal 11");
    CHECK(released.queued == 1);
    CHECK(released.failed.empty());
    const auto listed = f.listed("a");
    CHECK(listed.state == state::queued);
    CHECK(listed.crashes == 1);
    CHECK(listed.attempts == 0);
    CHECK(listed.error_code == "TASK_CRASHED");
    CHECK(listed.error_text->find("killed by signal 11") != std::string::npos);
    CHECK(f.queue.owners().empty());
    CHECK(f.queue.complete(old) == task::ending::lease_lost);
    CHECK(f.lease_one("two").crashes == 1);
}

TEST_CASE("a dead worker's release concerns nobody else") {
    queue_fixture f;
    f.enqueue("a");
    f.enqueue("b");
    f.lease_one("one");
    const auto kept = f.lease_one("two");
    f.queue.release("one", "exit status 1");
    CHECK(f.queue.release("nobody", "exit status 1").queued == 0);
    CHECK(f.queue.complete(kept) == task::ending::gone);
}

TEST_CASE("a task that kills its worker again and again comes back later each time, then it has failed") {
    queue_fixture f({.most_crashes = 3, .back_off = {.base = 10s, .cap = 60s}});
    auto task = queue_fixture::wanted("a");
    task.payload = R"({"room":7})";
    f.enqueue(task);
    f.lease_one();
    f.queue.release("worker", "killed by signal 6");
    f.lease_one();
    f.queue.release("worker", "killed by signal 6");
    CHECK(f.listed("a").state == state::waiting);
    CHECK(f.listed("a").due == f.now() + 5000);
    f.clock.advance(5s);
    f.lease_one();
    const auto last = f.queue.release("worker", "killed by signal 6");
    CHECK(last.failed == keys{R"({"room":7})"});
    CHECK(last.queued == 0);
    CHECK(f.listed("a").state == state::failed);
    CHECK(f.listed("a").error_text == last.why);
    f.clock.advance(24h);
    CHECK(f.lease_keys() == keys{});
}

TEST_CASE("a worker that ends in good order gives its tasks back with nothing held against them") {
    queue_fixture f;
    f.enqueue("a");
    f.enqueue("b");
    f.lease_keys();
    CHECK(f.queue.release_gracefully("worker") == 2);
    CHECK(f.listed("a").crashes == 0);
    CHECK(f.listed("a").error_code == std::nullopt);
    CHECK(f.lease_keys(10, "another") == keys{"a", "b"});
}

TEST_CASE("of ten tasks that a worker died with, the one that kills is found and the others are done") {
    queue_fixture f({.most_crashes = 3});
    for (int index = 0; index < 10; ++index) f.enqueue("task " + std::to_string(index));
    std::vector<std::string> done;
    int deaths = 0;
    for (int worker = 0; !f.queue.idle(f.now() + 24 * 60 * 60'000) && worker < 100; ++worker) {
        const auto leased = f.queue.lease("worker", "matrix", 10);
        const bool dies =
            std::any_of(leased.begin(), leased.end(), [](const auto& task) { return task.key == "task 4"; });
        if (dies) {
            f.queue.release("worker", "killed by signal 11");
            ++deaths;
        } else {
            f.queue.complete(leased);
            for (const auto& task : leased) done.push_back(task.key);
        }
        if (leased.empty()) f.clock.advance(1min);
    }
    CHECK(deaths == 3);
    CHECK(done.size() == 9);
    CHECK(f.listed("task 4").state == state::failed);
    CHECK(f.queue.list({}).size() == 1);
}

TEST_CASE("a task whose worker died runs alone in its worker") {
    queue_fixture f;
    f.enqueue("suspect");
    f.lease_one("one");
    f.queue.release("one", "killed by signal 11");
    f.enqueue(queue_fixture::wanted("urgent", task::lane::interactive));
    CHECK(f.lease_keys(10, "two") == keys{"suspect"});
    CHECK(f.lease_keys(10, "two") == keys{});
    CHECK(f.lease_keys(10, "three") == keys{"urgent"});
}

TEST_CASE("a busy worker gets nothing more until a suspect task has found a free one") {
    queue_fixture f;
    f.enqueue("suspect");
    f.lease_one("one");
    f.enqueue("clean 1");
    const auto clean = f.lease_one("two");
    f.queue.release("one", "killed by signal 11");
    f.enqueue("clean 2");
    CHECK(f.lease_keys(10, "two") == keys{});
    f.queue.complete(clean);
    const auto suspect = f.queue.lease("two", "matrix", 10);
    REQUIRE(suspect.size() == 1);
    CHECK(suspect[0].key == "suspect");
    f.queue.complete(suspect);
    CHECK(f.lease_keys(10, "two") == keys{"clean 2"});
}

TEST_CASE("what a task's crash means elsewhere is stored with it, or not at all") {
    queue_fixture f;
    f.enqueue("a");
    f.lease_one();
    CHECK_THROWS(f.database->transact([&](store::connection& on) {
        CHECK(f.queue.release(on, "worker", "killed by signal 6").queued == 1);
        throw std::runtime_error("the room is refused");
    }));
    CHECK(f.listed("a").state == state::running);
    CHECK(f.listed("a").crashes == 0);
}

TEST_CASE("a change that came while a task killed its worker for the last time is not lost with it") {
    queue_fixture f({.most_crashes = 1});
    f.enqueue("a");
    f.lease_one();
    f.enqueue("a");
    const auto released = f.queue.release("worker", "killed by signal 11");
    CHECK(released.queued == 1);
    CHECK(f.listed("a").state == state::queued);
    CHECK(f.listed("a").crashes == 1);
    CHECK_FALSE(f.listed("a").once_more);
    CHECK(f.queue.complete(f.lease_one()) == task::ending::gone);
}

TEST_CASE("a failed task that once killed its worker stays suspect when it is tried again") {
    queue_fixture f({.most_crashes = 2});
    f.enqueue("a");
    for (int count = 0; count < 2; ++count) {
        f.lease_one();
        f.queue.release("worker", "killed by signal 11");
        f.clock.advance(1h);
    }
    REQUIRE(f.listed("a").state == state::failed);
    SUBCASE("by its key") { f.enqueue("a"); }
    SUBCASE("by an admin") { f.queue.retry_now(f.listed("a").id); }
    CHECK(f.lease_one().crashes == 1);
}
