#include "message/error.hpp"
#include "queue_fixture.hpp"
#include "task/codes.hpp"
#include "task/queue.hpp"

#include <tuple>

using namespace commhost;
using namespace std::chrono_literals;
using task::lane;
using task::state;
using test::keys;
using test::queue_fixture;

namespace {

template <class Work>
std::string code_of(Work&& work) {
    try {
        work();
    } catch (const message::error& failed) {
        CHECK(message::catalogue::find_code(failed.code().id()));
        return std::string(failed.code().id());
    }
    return "";
}

keys keys_of(const std::vector<task::listed_task>& tasks) {
    keys result;
    for (const auto& task : tasks) result.push_back(task.key);
    return result;
}

/// One task of each state, each under that state's name.
void fill(queue_fixture& f) {
    f.enqueue(queue_fixture::wanted("failed", lane::roster));
    f.queue.fail(f.lease_one(), {.code = "X", .text = "no"});
    f.enqueue(queue_fixture::wanted("waiting", lane::roster));
    f.queue.retry(f.lease_one(), {.code = "X", .text = "no"});
    f.enqueue(queue_fixture::wanted("running", lane::interactive, "room 1"));
    f.lease_one("host/1");
    f.enqueue(queue_fixture::wanted("queued", lane::periodic, "room 1"));
}

}  // namespace

TEST_CASE("tasks are listed by state, lane, queue, kind, key and order") {
    queue_fixture f;
    fill(f);
    for (const auto which : {state::queued, state::running, state::waiting, state::failed}) {
        task::task_filter filter;
        filter.in_state = which;
        CHECK(keys_of(f.queue.list(filter)) == keys{std::string(task::name_of(which))});
    }
    task::task_filter filter;
    CHECK(keys_of(f.queue.list(filter)) == keys{"failed", "waiting", "running", "queued"});
    filter.in_lane = lane::roster;
    CHECK(keys_of(f.queue.list(filter)) == keys{"failed", "waiting"});
    filter.kind = "reconcile";
    filter.queue = "matrix";
    filter.key = "waiting";
    CHECK(keys_of(f.queue.list(filter)) == keys{"waiting"});
    filter.kind = "synchronise";
    CHECK(f.queue.list(filter).empty());
    filter = {};
    filter.queue = "customlink";
    CHECK(f.queue.list(filter).empty());
    filter = {};
    filter.order = "room 1";
    CHECK(keys_of(f.queue.list(filter)) == keys{"running", "queued"});
}

TEST_CASE("a long list comes in pages") {
    queue_fixture f;
    fill(f);
    task::task_filter page;
    page.most = 3;
    const auto first = f.queue.list(page);
    CHECK(keys_of(first) == keys{"failed", "waiting", "running"});
    page.after = first.back().id;
    CHECK(keys_of(f.queue.list(page)) == keys{"queued"});
}

TEST_CASE("one task is found by its id, with all that is known") {
    queue_fixture f;
    fill(f);
    const auto running = f.queue.find(f.listed("running").id);
    CHECK(running.kind == "reconcile");
    CHECK(running.queue == "matrix");
    CHECK(running.order == "room 1");
    CHECK(running.in_lane == lane::interactive);
    CHECK(running.payload == "{}");
    CHECK(running.state == state::running);
    CHECK(running.owner == "host/1");
    CHECK(running.started == f.now());
    CHECK(running.created == f.now());
    CHECK(running.error_code == std::nullopt);
    CHECK_FALSE(running.once_more);
    CHECK(code_of([&] { f.queue.find(task::task_id{4711}); }) == "TASK_UNKNOWN");
}

TEST_CASE("tasks are counted per queue, lane and state") {
    queue_fixture f;
    fill(f);
    f.clock.advance(1ms);
    f.enqueue(queue_fixture::wanted("queued 2", lane::periodic));
    std::vector<std::tuple<lane, state, std::int64_t>> found;
    for (const auto& count : f.queue.counts()) {
        CHECK(count.queue == "matrix");
        found.emplace_back(count.in_lane, count.in_state, count.number);
        if (count.in_state == state::queued) CHECK(count.oldest_due == test::test_clock::start);
    }
    const std::vector<std::tuple<lane, state, std::int64_t>> wanted{{lane::interactive, state::running, 1},
                                                                    {lane::roster, state::waiting, 1},
                                                                    {lane::roster, state::failed, 1},
                                                                    {lane::periodic, state::queued, 2}};
    CHECK(found == wanted);
}

TEST_CASE("of tasks that are counted together it is told how many are due, and when the next of the others is") {
    queue_fixture f;
    for (const int second : {-1, 0, 2, 3}) {
        auto task = queue_fixture::wanted(std::to_string(second));
        task.not_before = f.now() + second * 1000;
        f.enqueue(task);
    }
    const auto counts = f.queue.counts();
    REQUIRE(counts.size() == 1);
    CHECK(counts[0].number == 4);
    CHECK(counts[0].due == 2);
    CHECK(counts[0].oldest_due == f.now() - 1000);
    CHECK(counts[0].next_due == f.now() + 2000);
    f.clock.advance(3s);
    CHECK(f.queue.counts()[0].due == 4);
    CHECK(f.queue.counts()[0].next_due == std::nullopt);
}

TEST_CASE("a failed or waiting task is ready at once when an admin retries it") {
    queue_fixture f;
    fill(f);
    f.queue.retry_now(f.listed("failed").id);
    f.queue.retry_now(f.listed("waiting").id);
    CHECK(f.listed("failed").attempts == 0);
    CHECK(f.listed("waiting").attempts == 1);
    CHECK(f.lease_keys(2) == keys{"failed", "waiting"});
}

TEST_CASE("a task that is dropped is gone") {
    queue_fixture f;
    fill(f);
    for (const auto* key : {"failed", "waiting", "queued"}) {
        f.queue.cancel(f.listed(key).id);
        task::task_filter filter;
        filter.key = key;
        CHECK(f.queue.list(filter).empty());
    }
}

TEST_CASE("a running task can neither be retried nor dropped, an unknown one neither") {
    queue_fixture f;
    fill(f);
    const auto running = f.listed("running").id;
    CHECK(code_of([&] { f.queue.retry_now(running); }) == "TASK_RUNNING");
    CHECK(code_of([&] { f.queue.cancel(running); }) == "TASK_RUNNING");
    CHECK(code_of([&] { f.queue.retry_now(task::task_id{4711}); }) == "TASK_UNKNOWN");
    CHECK(code_of([&] { f.queue.cancel(task::task_id{4711}); }) == "TASK_UNKNOWN");
    CHECK(f.listed("running").state == state::running);
}

TEST_CASE("every code of the tasks has its message") {
    for (const auto which : {task::TASK_UNKNOWN, task::TASK_RUNNING, task::TASK_CRASHED, task::SCHEDULE_UNKNOWN})
        CHECK(message::catalogue::find_code(which.id()));
}

TEST_CASE("all tasks of a queue are dropped with its pause, whatever their state, and no other's") {
    queue_fixture f;
    fill(f);
    auto other = queue_fixture::wanted("other's", lane::roster);
    other.queue = "other";
    f.enqueue(other);
    f.queue.pause("matrix", std::nullopt, "gone");
    f.queue.pause("other", std::nullopt, "kept");
    CHECK(f.database->transact([&](store::connection& on) { return task::queue::drop(on, "matrix"); }) == 4);
    CHECK(keys_of(f.queue.list({})) == keys{"other's"});
    REQUIRE(f.queue.pauses().size() == 1);
    CHECK(f.queue.pauses()[0].queue == "other");
    CHECK(f.queue.heartbeat("host/1").empty());
}

TEST_CASE("a task that is withdrawn is dropped, whoever works on it has lost it, and no other is touched") {
    queue_fixture f;
    fill(f);
    const auto running = f.listed("running");
    f.enqueue(queue_fixture::wanted("running", lane::interactive, "room 1"));
    f.enqueue("other");
    for (const auto* key : {"failed", "waiting", "queued", "running", "unknown"})
        f.database->transact([&](store::connection& on) { task::queue::withdraw(on, key); });
    CHECK(keys_of(f.queue.list({})) == keys{"other"});
    CHECK(f.queue.heartbeat(running.owner.value_or("")).empty());
}
