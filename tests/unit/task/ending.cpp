#include "queue_fixture.hpp"
#include "task/queue.hpp"

using namespace commhost;
using namespace std::chrono_literals;
using task::ending;
using task::state;
using test::keys;
using test::queue_fixture;

namespace {

const task::failure rejected{.code = "REJECTED", .text = "the server says no"};
const task::failure outage{.code = "UNAVAILABLE", .text = "the server is down", .counted = false};

}  // namespace

TEST_CASE("a completed task leaves no row") {
    queue_fixture f;
    f.enqueue("a");
    CHECK(f.queue.complete(f.lease_one()) == ending::gone);
    CHECK(f.queue.list({}).empty());
    f.enqueue("a");
    CHECK(f.lease_keys() == keys{"a"});
}

TEST_CASE("many tasks are completed at once, each with its own ending") {
    queue_fixture f;
    for (const auto* key : {"a", "b", "c"}) f.enqueue(key);
    const auto leased = f.queue.lease("worker", "matrix", 3);
    f.enqueue("b");
    f.queue.complete(leased[2]);
    const std::vector<ending> wanted{ending::gone, ending::queued, ending::lease_lost};
    CHECK(f.queue.complete(leased) == wanted);
    CHECK(f.queue.complete(std::span<const task::leased_task>()).empty());
}

TEST_CASE("after an error a task waits, longer each time, and its error is listed") {
    queue_fixture f({.back_off = {.base = 10s, .cap = 60s}});
    f.random = 0.5;
    f.enqueue("a");
    for (const auto pause : {7500ms, 15'000ms, 30'000ms, 45'000ms, 45'000ms}) {
        CHECK(f.queue.retry(f.lease_one(), rejected) == ending::waiting);
        const auto waiting = f.listed("a");
        CHECK(waiting.state == state::waiting);
        CHECK(waiting.due == f.now() + pause.count());
        CHECK(waiting.error_code == "REJECTED");
        CHECK(waiting.error_text == "the server says no");
        CHECK(waiting.error_time == f.now());
        CHECK(waiting.owner == std::nullopt);
        f.clock.advance(pause - 1ms);
        CHECK(f.lease_keys() == keys{});
        f.clock.advance(1ms);
        CHECK(f.listed("a").state == state::queued);
    }
    CHECK(f.lease_one().attempts == 5);
}

TEST_CASE("tasks that failed together do not come back together") {
    queue_fixture f;
    f.enqueue("a");
    f.enqueue("b");
    const auto leased = f.queue.lease("worker", "matrix", 2);
    f.random = 0.25;
    f.queue.retry(leased[0], rejected);
    f.random = 0.75;
    f.queue.retry(leased[1], rejected);
    CHECK(f.listed("a").due < f.listed("b").due);
}

TEST_CASE("when its attempts are used up a task has failed and stays") {
    queue_fixture f({.most_attempts = 2});
    f.enqueue("a");
    CHECK(f.queue.retry(f.lease_one(), rejected) == ending::waiting);
    f.clock.advance(1h);
    CHECK(f.queue.retry(f.lease_one(), rejected) == ending::failed);
    f.clock.advance(24h);
    CHECK(f.lease_keys() == keys{});
    const auto failed = f.listed("a");
    CHECK(failed.state == state::failed);
    CHECK(failed.attempts == 2);
    CHECK(failed.error_text == "the server says no");
}

TEST_CASE("outages are not held against a task, however many, but the pauses grow") {
    queue_fixture f({.most_attempts = 2, .back_off = {.base = 10s, .cap = 60s}});
    f.random = 0.0;
    f.enqueue("a");
    store::milliseconds_utc last_pause = 0;
    for (int count = 0; count < 3; ++count) {
        CHECK(f.queue.retry(f.lease_one(), outage) == ending::waiting);
        CHECK(f.listed("a").attempts == 0);
        CHECK(f.listed("a").due - f.now() > last_pause);
        last_pause = f.listed("a").due - f.now();
        f.clock.advance(1h);
    }
    for (int count = 0; count < 20; ++count) {
        CHECK(f.queue.retry(f.lease_one(), outage) == ending::waiting);
        f.clock.advance(1h);
    }
    CHECK(f.queue.retry(f.lease_one(), rejected) == ending::waiting);
    CHECK(f.listed("a").attempts == 1);
}

TEST_CASE("the time that the other side asked for replaces the back-off, but not all come at that very time") {
    queue_fixture f({.back_off = {.base = 10s, .cap = 1h}});
    f.enqueue("a");
    for (int count = 0; count < 10; ++count) {
        f.queue.retry(f.lease_one(), outage);
        f.clock.advance(1h);
    }
    auto limited = outage;
    limited.earliest = f.now() + 3000;
    f.random = 0.0;
    CHECK(f.queue.retry(f.lease_one(), limited) == ending::waiting);
    CHECK(f.listed("a").due == f.now() + 3000);
    f.clock.advance(3s);

    limited.earliest = f.now() - 60'000;
    f.random = 0.5;
    CHECK(f.queue.retry(f.lease_one(), limited) == ending::waiting);
    CHECK(f.listed("a").due == f.now() + 5000);
}

TEST_CASE("what cannot succeed by waiting fails at once") {
    queue_fixture f;
    f.enqueue("a");
    CHECK(f.queue.fail(f.lease_one(), rejected) == ending::failed);
    CHECK(f.listed("a").state == state::failed);
    CHECK(f.listed("a").error_code == "REJECTED");
}

TEST_CASE("a key that was enqueued while its task ran into an error is served by the next try") {
    queue_fixture f;
    f.enqueue("a");
    const auto leased = f.lease_one();
    f.enqueue("a");
    CHECK(f.queue.retry(leased, rejected) == ending::waiting);
    f.clock.advance(1h);
    CHECK(f.queue.complete(f.lease_one()) == ending::gone);
}

TEST_CASE("a key that was enqueued for later is not served by a try before that time") {
    queue_fixture f;
    f.enqueue("a");
    const auto leased = f.lease_one();
    auto later = queue_fixture::wanted("a");
    later.not_before = f.now() + 24 * 60 * 60'000;
    f.enqueue(later);
    CHECK(f.queue.retry(leased, rejected) == ending::waiting);
    f.clock.advance(1h);
    CHECK(f.queue.complete(f.lease_one()) == ending::queued);
    CHECK(f.lease_keys() == keys{});
    f.clock.advance(23h);
    CHECK(f.lease_keys() == keys{"a"});
}

TEST_CASE("a key that was enqueued during the last attempt is not lost with it") {
    queue_fixture f({.most_attempts = 1});
    f.enqueue("a");
    f.enqueue("b");
    const auto leased = f.queue.lease("worker", "matrix", 2);
    f.enqueue("a");
    f.enqueue("b");
    CHECK(f.queue.retry(leased[0], rejected) == ending::queued);
    CHECK(f.queue.fail(leased[1], rejected) == ending::queued);
    CHECK(f.listed("a").attempts == 0);
    CHECK(f.lease_keys() == keys{"a", "b"});
}
