#include "queue_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using namespace commhost::test;

namespace {

constexpr auto first_pause = 5'000ms;

task::failure away(const std::string& why = "the server is away") { return {"unavailable", why, false, {}, true}; }

/// With so many tasks that an outage of one says nothing of the next.
struct circuit_fixture : queue_fixture {
    circuit_fixture() : queue_fixture(settings()) {
        for (int number = 10; number < 30; ++number) enqueue("task " + std::to_string(number));
        random = 1;
    }

    static task::queue_settings settings() {
        task::queue_settings result;
        result.back_off = {1h, 1h};
        result.circuit = {3, {first_pause, 60'000ms}};
        return result;
    }

    void meet_outages(int number) {
        for (int turn = 0; turn < number; ++turn) queue.retry(lease_one(), away());
    }

    bool gives_nothing() { return queue.lease("worker", "matrix", 8).empty(); }
};

}  // namespace

TEST_CASE_FIXTURE(circuit_fixture, "after some outages in a row nothing is given, and then one task to see") {
    meet_outages(2);
    CHECK(queue.pauses().empty());
    meet_outages(1);
    CHECK(gives_nothing());
    CHECK(queue.next_due("matrix") == now() + first_pause.count());
    const auto paused = queue.pauses();
    REQUIRE(paused.size() == 1);
    CHECK(paused[0].queue == "matrix");
    CHECK(paused[0].until == now() + first_pause.count());
    CHECK(paused[0].reason.find("the server is away") != std::string::npos);
    CHECK(queue.idle(now() + first_pause.count() - 1));
    CHECK_FALSE(queue.idle(now() + first_pause.count()));

    clock.advance(first_pause);
    CHECK(queue.pauses().empty());
    CHECK(lease_keys(8) == keys{"task 13"});
    CHECK(gives_nothing());
}

TEST_CASE_FIXTURE(circuit_fixture,
                  "a circuit is open until something has closed it, also while one task goes and sees") {
    const auto open = [&] { return task::open_circuits(*database->borrow(), now()); };
    const auto since = now();
    meet_outages(2);
    CHECK(open().empty());
    clock.advance(1s);
    meet_outages(1);
    REQUIRE(open().size() == 1);
    CHECK(open()[0].queue == "matrix");
    CHECK(open()[0].since == since);
    CHECK(open()[0].next_try == now() + first_pause.count());
    CHECK(open()[0].reason == "the server is away");
    clock.advance(first_pause);
    REQUIRE(open().size() == 1);
    CHECK(open()[0].next_try == std::nullopt);
    const auto probe = lease_one();
    REQUIRE(open().size() == 1);
    CHECK(open()[0].next_try == std::nullopt);
    queue.complete(probe);
    CHECK(open().empty());
}

TEST_CASE_FIXTURE(circuit_fixture,
                  "when the probe is done everything goes through, and at once what had met the outage") {
    meet_outages(3);
    clock.advance(first_pause);
    CHECK(queue.complete(lease_one()) == task::ending::gone);
    CHECK(queue.pauses().empty());
    CHECK(lease_keys(100).size() == 19);
}

TEST_CASE_FIXTURE(circuit_fixture, "a probe that meets an outage opens it for twice the time, up to a limit") {
    meet_outages(3);
    for (const auto pause : {5'000ms, 10'000ms, 20'000ms, 40'000ms, 60'000ms, 60'000ms}) {
        CAPTURE(pause.count());
        CHECK(queue.next_due("matrix") == now() + pause.count());
        clock.advance(pause - 1ms);
        CHECK(gives_nothing());
        clock.advance(1ms);
        CHECK(queue.retry(lease_one(), away()) == task::ending::waiting);
    }
}

TEST_CASE_FIXTURE(circuit_fixture, "an answer of any other kind shows that somebody is there") {
    meet_outages(3);
    clock.advance(first_pause);
    SUBCASE("a fault of the task") {
        CHECK(queue.retry(lease_one(), {"rejected", "no", true, {}}) == task::ending::waiting);
    }
    SUBCASE("that it is to come later") {
        CHECK(queue.retry(lease_one(), {"rate_limited", "later", false, now() + 1'000}) == task::ending::waiting);
    }
    SUBCASE("a fault for ever") {
        CHECK(queue.fail(lease_one(), {"invalid", "never", true, {}}) == task::ending::failed);
    }
    CHECK(queue.pauses().empty());
    CHECK(lease_keys(100).size() == 19);
}

TEST_CASE_FIXTURE(circuit_fixture, "what ended well between two outages makes them none in a row") {
    meet_outages(2);
    queue.complete(lease_one());
    meet_outages(2);
    CHECK(queue.pauses().empty());
    meet_outages(1);
    CHECK(queue.pauses().size() == 1);
}

TEST_CASE("one task that meets outages alone does not keep the others waiting") {
    queue_fixture of;
    of.enqueue("the bad one");
    for (int turn = 0; turn < 9; ++turn) {
        of.clock.advance(1h);
        of.queue.retry(of.lease_one(), away());
    }
    of.enqueue("another");
    CHECK(of.lease_keys() == keys{"another"});
}

TEST_CASE_FIXTURE(circuit_fixture, "what began before it was opened neither opens it longer nor sends a second probe") {
    const auto early = queue.lease("worker", "matrix", 5);
    for (int turn = 0; turn < 4; ++turn) queue.retry(early[static_cast<std::size_t>(turn)], away());
    CHECK(queue.next_due("matrix") == now() + first_pause.count());
    clock.advance(first_pause);
    const auto probe = lease_one();
    queue.retry(early[4], away());
    CHECK(gives_nothing());
    queue.retry(probe, away());
    CHECK(queue.next_due("matrix") == now() + 2 * first_pause.count());
}

TEST_CASE_FIXTURE(circuit_fixture, "a probe whose worker is gone is followed by another one at once") {
    meet_outages(3);
    clock.advance(first_pause);
    lease_one("mortal");
    CHECK(gives_nothing());
    SUBCASE("it died") { queue.release("mortal", "killed"); }
    SUBCASE("it left") { queue.release_gracefully("mortal"); }
    CHECK(queue.lease("worker", "matrix", 8).size() == 1);
}

TEST_CASE_FIXTURE(circuit_fixture, "a probe that takes long is followed by another one when it might be gone") {
    meet_outages(3);
    clock.advance(first_pause);
    lease_one("slow");
    clock.advance(queue.settings().lease - 1ms);
    CHECK(gives_nothing());
    clock.advance(1ms);
    CHECK(queue.lease("worker", "matrix", 8).size() == 1);
}

TEST_CASE_FIXTURE(circuit_fixture, "where nothing is ready there is no probe to wait for") {
    meet_outages(3);
    for (const auto& each : queue.list({})) {
        if (!each.error_code) queue.cancel(each.id);
    }
    clock.advance(first_pause);
    CHECK(gives_nothing());
    enqueue("new");
    CHECK(lease_keys() == keys{"new"});
}

TEST_CASE_FIXTURE(circuit_fixture, "an admin who has mended something does not wait for the pause") {
    meet_outages(3);
    SUBCASE("by a task") {
        task::task_filter met;
        met.in_state = task::state::waiting;
        queue.retry_now(queue.list(met).front().id);
    }
    SUBCASE("by the queue") { queue.probe_now("matrix"); }
    CHECK(queue.lease("worker", "matrix", 8).size() == 1);
    CHECK(gives_nothing());
}

TEST_CASE_FIXTURE(circuit_fixture, "the outage of one queue is no other's") {
    meet_outages(3);
    auto elsewhere = wanted("elsewhere");
    elsewhere.queue = "xmpp";
    enqueue(elsewhere);
    CHECK(queue.lease("worker", "xmpp", 8).size() == 1);
    CHECK(gives_nothing());
}

TEST_CASE_FIXTURE(circuit_fixture, "a queue that an admin has paused is told as that alone") {
    meet_outages(3);
    queue.pause("matrix", {}, "on purpose");
    const auto paused = queue.pauses();
    REQUIRE(paused.size() == 1);
    CHECK(paused[0].reason == "on purpose");
    CHECK(queue.next_due("matrix") == std::nullopt);
}

TEST_CASE_FIXTURE(circuit_fixture, "a queue that is dropped leaves no outage behind") {
    meet_outages(3);
    database->transact([](store::connection& on) { task::queue::drop(on, "matrix"); });
    enqueue("new");
    CHECK(lease_keys() == keys{"new"});
}

TEST_CASE("only one of several workers gets the probe") {
    circuit_fixture of;
    of.meet_outages(3);
    of.clock.advance(first_pause);
    std::vector<std::thread> workers;
    std::atomic<int> leased{0};
    for (int number = 0; number < 4; ++number)
        workers.emplace_back([&, number] {
            leased += static_cast<int>(of.queue.lease("worker " + std::to_string(number), "matrix", 8).size());
        });
    for (auto& each : workers) each.join();
    CHECK(leased == 1);
}
