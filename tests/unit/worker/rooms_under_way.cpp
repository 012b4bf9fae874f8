#include "worker/rooms_under_way.hpp"

#include "message/error.hpp"
#include "store/migration.hpp"
#include "task/migrations.hpp"
#include "test_clock.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

/// Rooms that are under way until the test ends them or they are stopped.
class rooms_at_work {
  public:
    void work(const task::leased_task& task, const service::stop& stop) {
        std::unique_lock lock(mutex_);
        const std::stop_callback wake(stop.token(), [this] { changed_.notify_all(); });
        began_.push_back(task.key);
        changed_.notify_all();
        // Looks again by itself: the callback cannot hold the lock.
        while (!stop.requested() && !told_.contains(task.key)) changed_.wait_for(lock, 1ms);
        if (stop.requested()) return;
        const auto end = told_.at(task.key);
        lock.unlock();
        end(task);
    }
    void ended() {
        const std::lock_guard lock(mutex_);
        ++ended_;
        changed_.notify_all();
    }

    void tell(const std::string& key, std::function<void(const task::leased_task&)> end) {
        const std::lock_guard lock(mutex_);
        told_[key] = std::move(end);
        changed_.notify_all();
    }
    void wait_until_ended(int number) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ >= number; });
    }
    std::vector<std::string> began(std::size_t number) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return began_.size() >= number; });
        auto result = began_;
        std::sort(result.begin(), result.end());
        return result;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::function<void(const task::leased_task&)>> told_;
    std::vector<std::string> began_;
    int ended_ = 0;
};

using keys = std::vector<std::string>;

struct fixture {
    fixture() { store::migrate(*database, task::migrations()); }

    void enqueue(const std::string& key) {
        task::new_task added;
        added.kind = "reconcile";
        added.queue = "matrix";
        added.key = key;
        queue.enqueue(std::span(&added, 1));
    }

    /// No statement about tasks succeeds any more.
    void lose_database() { database->borrow()->execute("alter table task rename to task_away"); }
    void find_database() { database->borrow()->execute("alter table task_away rename to task"); }

    void advance(std::chrono::milliseconds by) {
        clock.advance(by);
        now += by;
    }

    std::int64_t held() {
        const auto owners = queue.owners();
        return owners.empty() ? 0 : owners.front().tasks;
    }

    /// Comes back when a thread that has just been ended may be taken leave of.
    void look_after_the_ended(int number) {
        at_work.wait_until_ended(number);
        // Its last call was a moment before its future is ready.
        do {
            rooms.look_after();
        } while (!rooms.none());
    }

    test::test_database database;
    test::test_clock clock;
    task::queue queue{*database, clock, {.lease = 60s}};
    std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
    service::log log{{}, [](std::string_view) {}};
    rooms_at_work at_work;
    int places = 8;
    worker::rooms_under_way rooms{
        queue,
        log,
        {"one", "matrix", [this] { return places; },
         [this](const task::leased_task& task, const service::stop& stop) { at_work.work(task, stop); },
         [this] { at_work.ended(); }, [this] { return now; }}};
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "tasks are carried out side by side, as many as there is room for") {
    for (int number = 0; number < 9; ++number) enqueue(std::to_string(number));
    rooms.take_more();
    rooms.take_more();
    CHECK(at_work.began(8).size() == 8);
    CHECK(held() == 8);
    CHECK_FALSE(rooms.none());
}

TEST_CASE_FIXTURE(
    fixture, "where there is more room there are more at work, where there is less none is added and none is ended") {
    for (int number = 0; number < 12; ++number) enqueue(std::to_string(number));
    places = 4;
    rooms.take_more();
    CHECK(held() == 4);
    places = 10;
    rooms.take_more();
    CHECK(at_work.began(10).size() == 10);
    places = 4;
    rooms.take_more();
    CHECK(held() == 10);
}

TEST_CASE_FIXTURE(fixture, "a task whose end the queue could not be told comes back, and nobody waits for the others") {
    enqueue("lost");
    enqueue("long");
    rooms.take_more();
    at_work.began(2);
    at_work.tell("lost", [](const task::leased_task&) { throw std::runtime_error("the database is away"); });
    at_work.wait_until_ended(1);
    while (held() == 2) rooms.look_after();
    CHECK(held() == 1);
    rooms.take_more();
    CHECK(at_work.began(3) == keys{"long", "lost", "lost"});
}

TEST_CASE_FIXTURE(fixture, "while it is not known that nothing is held, somebody is at work") {
    enqueue("a");
    rooms.take_more();
    at_work.began(1);
    lose_database();
    at_work.tell("a", [&](const task::leased_task& task) { queue.complete(task); });
    at_work.wait_until_ended(1);
    while (true) {
        try {
            rooms.look_after();
        } catch (const message::error&) {
            break;
        }
    }
    CHECK_FALSE(rooms.none());
    CHECK_THROWS_AS(rooms.look_after(), message::error);
    CHECK_FALSE(rooms.none());
    find_database();
    rooms.look_after();
    CHECK(rooms.none());
    CHECK(held() == 0);
}

TEST_CASE_FIXTURE(fixture, "tasks that were leased with an answer that was lost are given back") {
    enqueue("a");
    rooms.take_more();
    at_work.began(1);
    enqueue("b");
    REQUIRE(queue.lease("one", "matrix", 8).size() == 1);  // whose answer came nowhere
    CHECK(held() == 2);
    advance(15s);
    rooms.look_after();
    CHECK(held() == 1);
    rooms.take_more();
    CHECK(at_work.began(2) == keys{"a", "b"});
}

TEST_CASE_FIXTURE(fixture, "after a lease that failed nothing is taken for granted") {
    lose_database();
    CHECK_THROWS_AS(rooms.take_more(), message::error);
    CHECK_FALSE(rooms.none());
    find_database();
    rooms.look_after();
    CHECK(rooms.none());
}

TEST_CASE_FIXTURE(fixture, "a sign of life that failed is given again at once") {
    enqueue("a");
    rooms.take_more();
    at_work.began(1);
    advance(15s);
    lose_database();
    CHECK_THROWS_AS(rooms.look_after(), message::error);
    CHECK_THROWS_AS(rooms.look_after(), message::error);
    find_database();
    rooms.look_after();
    CHECK(queue.owners().front().until == clock.now() + 60'000);
}

TEST_CASE_FIXTURE(fixture, "a room whose lease was lost is stopped, and the others are not") {
    enqueue("a");
    enqueue("b");
    rooms.take_more();
    at_work.began(2);
    database->borrow()->execute("update task set lease = lease + 1, owner = 'two' where key = 'a'");
    advance(15s);
    rooms.look_after();
    at_work.wait_until_ended(1);
    rooms.look_after();
    CHECK(held() == 1);
    CHECK_FALSE(rooms.none());
}

TEST_CASE_FIXTURE(fixture,
                  "a worker whose own lease has run out stops its rooms, and leases nothing until it is heard") {
    enqueue("a");
    rooms.take_more();
    at_work.began(1);
    lose_database();
    advance(60s);
    CHECK_THROWS_AS(rooms.look_after(), message::error);
    advance(1ms);
    CHECK_THROWS_AS(rooms.look_after(), message::error);
    at_work.wait_until_ended(1);
    find_database();
    look_after_the_ended(1);
    CHECK(held() == 0);
    CHECK(queue.list({}).front().state == task::state::queued);
    CHECK(queue.list({}).front().crashes == 0);
    rooms.take_more();
    CHECK(at_work.began(2) == keys{"a", "a"});
}

TEST_CASE_FIXTURE(fixture,
                  "a room is stopped a lease's time after the last sign of life, though nobody looks after it") {
    now -= 61s;
    enqueue("late");
    rooms.take_more();
    at_work.wait_until_ended(1);
    CHECK(held() == 1);
}

TEST_CASE_FIXTURE(fixture, "each sign of life says anew when a room is stopped") {
    enqueue("a");
    rooms.take_more();
    at_work.began(1);
    lose_database();
    CHECK_THROWS_AS(rooms.take_more(), message::error);
    find_database();
    now -= 61s;
    rooms.look_after();
    at_work.wait_until_ended(1);
    CHECK(held() == 1);
}
