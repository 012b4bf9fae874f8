#include "worker/ended_tasks.hpp"

#include "communication/world.hpp"
#include "lock_waits.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

/// A class whose room is to be made by the provider "fake".
struct fixture {
    fixture() { world.enrol({}); }

    task::leased_task lease() {
        auto leased = queue.lease("one", "fake", 1);
        REQUIRE(leased.size() == 1);
        return std::move(leased.front());
    }
    task::listed_task listed() { return queue.list({}).at(0); }

    test::world world;
    store::database& database = *world.database;
    task::queue queue{database, world.clock, {.most_attempts = 2, .most_crashes = 2, .back_off = {0ms, 0ms}}};
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a room says why when its task crashed too many workers, and nothing before") {
    lease();
    worker::end_by_crash(*database.borrow(), queue, "one", "killed by signal 11");
    CHECK(world.room().status == communication::room_status::pending);
    lease();
    worker::end_by_crash(*database.borrow(), queue, "one", "killed by signal 11");
    CHECK(listed().state == task::state::failed);
    CHECK(world.room().status == communication::room_status::failed);
    CHECK(world.room().last_error == listed().error_text);
    CHECK(world.room().last_error->find("killed by signal 11") != std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "a room says why when its task took too long") {
    for (int attempt = 1; attempt <= 2; ++attempt) {
        worker::end_by_deadline(database, queue, lease(), {.code = "WORKER_DEADLINE", .text = "took too long"});
        CHECK(listed().attempts == attempt);
        CHECK(world.room().status == communication::room_status::failed);
        CHECK(world.room().last_error == "took too long");
    }
    CHECK(listed().state == task::state::failed);
}

TEST_CASE_FIXTURE(fixture, "a room whose task was lost before its deadline is left alone") {
    const auto lost = lease();
    queue.release_gracefully("one");
    worker::end_by_deadline(database, queue, lost, {.code = "WORKER_DEADLINE", .text = "took too long"});
    CHECK(listed().attempts == 0);
    CHECK(world.room().status == communication::room_status::pending);
}

TEST_CASE_FIXTURE(fixture, "a task about no room is ended without one") {
    task::new_task other;
    other.kind = "other";
    other.queue = "customlink";
    other.key = "other";
    other.payload = "{}";
    queue.enqueue(std::span(&other, 1));
    for (int crash = 0; crash < 2; ++crash) {
        REQUIRE(queue.lease("one", "customlink", 1).size() == 1);
        worker::end_by_crash(*database.borrow(), queue, "one", "killed by signal 11");
    }
    CHECK(queue.list({}).at(1).state == task::state::failed);
    CHECK(world.room().status == communication::room_status::pending);
}

TEST_CASE_FIXTURE(fixture,
                  "who ends a room's task for it waits for an import without the task, which the import needs") {
    if (database.dialect() == store::dialect::sqlite) return;  // One writer at a time: there is no such moment.
    bool crashes = false;
    SUBCASE("by crash") { crashes = true; }
    SUBCASE("by deadline") {}
    const auto task = lease();
    std::atomic<bool> done = false;
    std::jthread ending;
    const auto room = world.room();
    {
        const auto on = database.borrow();
        store::transaction import(*on);
        const std::array again{communication::assignment{room.instance, room.provider}};
        const auto rooms = communication::assign(*on, again, world.clock.now());
        ending = std::jthread([&] {
            if (crashes) {
                database.transact([&](store::connection& other) {
                    worker::end_by_crash(other, queue, "one", "killed by signal 11");
                });
            } else {
                worker::end_by_deadline(database, queue, task, {.code = "WORKER_DEADLINE", .text = "took too long"});
            }
            done = true;
        });
        test::until_waited_for(*on, done);
        test::wait_for_nobody(*on);
        const std::array tasks{communication::reconcile_task(rooms.at(0), task::lane::roster)};
        task::queue::enqueue(*on, tasks, world.clock.now());
        import.commit();
    }
    ending.join();
    CHECK(listed().state == task::state::queued);
}
