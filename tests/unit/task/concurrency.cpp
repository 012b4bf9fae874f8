#include "queue_fixture.hpp"
#include "task/queue.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

using namespace commhost;
using namespace std::chrono_literals;
using task::ending;
using test::queue_fixture;

namespace {

/// What the workers saw, checked as it happens.
class witness {
  public:
    void begins(const task::leased_task& task) {
        const std::scoped_lock locked(mutex_);
        twice_ += running_.contains(task.key) ? 1 : 0;
        running_[task.key] = true;
        if (!task.order.empty() && ++busy_[task.order] > 1) ++together_;
        began_[task.order].push_back(task.key);
        ++runs_[task.key];
    }

    void ends(const task::leased_task& task) {
        const std::scoped_lock locked(mutex_);
        running_.erase(task.key);
        --busy_[task.order];
    }

    int twice_ = 0;
    int together_ = 0;
    std::map<std::string, std::vector<std::string>> began_;
    std::map<std::string, int> runs_;

  private:
    std::mutex mutex_;
    std::map<std::string, bool> running_;
    std::map<std::string, int> busy_;
};

/// Runs work(number) in as many threads.
template <class Work>
void in_threads(int number, Work work) {
    std::vector<std::thread> threads;
    for (int index = 0; index < number; ++index) threads.emplace_back(work, index);
    for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("with several workers on several connections no task runs twice, and every order holds") {
    queue_fixture f;
    constexpr int rooms = 20;
    constexpr int in_each_room = 15;
    std::vector<task::new_task> tasks;
    for (int index = 0; index < in_each_room; ++index)
        for (int room = 0; room < rooms; ++room) {
            const auto name = "room " + std::to_string(room);
            tasks.push_back(queue_fixture::wanted(name + " task " + std::to_string(100 + index),
                                                  static_cast<task::lane>((room + index) % task::lane_count), name));
        }
    f.queue.enqueue(tasks);

    witness seen;
    std::atomic<int> left{rooms * in_each_room};
    in_threads(4, [&](int number) {
        store::database database(f.database.location());
        task::queue queue(database, f.clock);
        const auto owner = "worker " + std::to_string(number);
        while (left > 0) {
            const auto leased = queue.lease(owner, "matrix", 1 + number * 3);
            for (const auto& task : leased) seen.begins(task);
            std::this_thread::yield();
            for (const auto& task : leased) seen.ends(task);
            for (const auto end : queue.complete(leased)) left -= end == ending::gone ? 1 : 1000;
        }
    });
    CHECK(left == 0);
    CHECK(seen.twice_ == 0);
    CHECK(seen.together_ == 0);
    CHECK(seen.runs_.size() == tasks.size());
    for (const auto& [room, began] : seen.began_) {
        CHECK(began.size() == in_each_room);
        CHECK(std::is_sorted(began.begin(), began.end()));
    }
    CHECK(f.queue.list({}).empty());
}

TEST_CASE("a task that somebody is taking at this moment is passed by, and nobody waits for it") {
    queue_fixture f;
    if (f.database->dialect() == store::dialect::sqlite) return;  // One writer at a time: there is no such moment.
    f.enqueue("first");
    f.enqueue("second");
    const auto holder = f.database->borrow();
    auto held = std::make_optional<store::transaction>(*holder);
    holder->query<task::task_id>("select id from task where key = 'first' for update");
    test::keys leased;
    std::atomic<bool> done{false};
    std::thread other([&] {
        leased = f.lease_keys();
        done = true;
    });
    bool waits = false;
    while (!done && !waits) {
        waits = f.database->borrow()->scalar<std::int64_t>(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                    " and datname = current_database()") != 0;
        std::this_thread::yield();
    }
    held.reset();
    other.join();
    CHECK_FALSE(waits);
    CHECK(leased == test::keys{"second"});
}

TEST_CASE("while a lease of one task is not committed yet, no other of its order is leased, not even one ahead of it") {
    queue_fixture f;
    if (f.database->dialect() == store::dialect::sqlite) return;  // One writer at a time: there is no such moment.
    f.enqueue("first");
    f.lease_one("one");
    f.clock.advance(1ms);
    f.enqueue(queue_fixture::wanted("second", task::lane::roster, "A"));

    // Holds the owner's row, so that the lease comes to a stop behind its claim.
    const auto holder = f.database->borrow();
    auto held = std::make_optional<store::transaction>(*holder);
    holder->execute("update task_owner set until = until where name = 'one'");
    std::vector<task::leased_task> leased;
    std::thread one([&] { leased = f.queue.lease("one", "matrix", 1); });
    while (f.database->borrow()->scalar<std::int64_t>(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%task_owner%'") ==
           0)
        std::this_thread::yield();

    auto ahead = queue_fixture::wanted("ahead", task::lane::roster, "A");
    ahead.not_before = f.now() - 1;
    f.enqueue(ahead);
    f.enqueue("other order");
    CHECK(f.lease_keys(10, "two") == test::keys{"other order"});
    held.reset();
    one.join();
    REQUIRE(leased.size() == 1);
    CHECK(leased[0].key == "second");
    CHECK(f.lease_keys(10, "two") == test::keys{});
    f.queue.complete(leased[0]);
    CHECK(f.lease_keys(10, "two") == test::keys{"ahead"});
}

TEST_CASE("a task that comes in at the head of its order does not run beside one that is being leased") {
    queue_fixture f;
    constexpr int lines = 3;
    constexpr int number_of_tasks = 600;
    witness seen;
    std::atomic<int> left{number_of_tasks};
    in_threads(5, [&](int number) {
        store::database database(f.database.location());
        task::queue queue(database, f.clock);
        if (number == 0) {
            for (int index = 0; index < number_of_tasks; ++index) {
                auto task =
                    queue_fixture::wanted(std::to_string(index), task::lane::roster, std::to_string(index % lines));
                task.not_before = f.now() - index;
                queue.enqueue(std::span(&task, 1));
            }
            return;
        }
        const auto owner = "worker " + std::to_string(number);
        while (left > 0) {
            const auto leased = queue.lease(owner, "matrix", lines);
            for (const auto& task : leased) seen.begins(task);
            std::this_thread::yield();
            for (const auto& task : leased) seen.ends(task);
            for (const auto end : queue.complete(leased)) left -= end == ending::gone ? 1 : 1000;
        }
    });
    CHECK(left == 0);
    CHECK(seen.twice_ == 0);
    CHECK(seen.together_ == 0);
}

TEST_CASE("changes that arrive while workers run are all followed by a run") {
    queue_fixture f;
    constexpr int rooms = 5;
    constexpr int changes = 60;
    std::array<std::atomic<int>, rooms> wanted{};
    std::array<std::atomic<int>, rooms> done{};
    std::atomic<int> writers{2};
    std::atomic<int> lost{0};
    in_threads(4, [&](int number) {
        store::database database(f.database.location());
        task::queue queue(database, f.clock);
        if (number < 2) {
            for (int change = 0; change < changes; ++change) {
                std::vector<task::new_task> tasks;
                // Each writer in its own direction, so that they meet.
                for (int step = 0; step < rooms; ++step) {
                    const int room = number == 0 ? step : rooms - 1 - step;
                    ++wanted[static_cast<std::size_t>(room)];
                    const auto name = std::to_string(room);
                    tasks.push_back(queue_fixture::wanted(name, task::lane::roster, name));
                }
                queue.enqueue(tasks);
            }
            --writers;
            return;
        }
        const auto owner = "worker " + std::to_string(number);
        for (;;) {
            const bool last_look = writers == 0;
            const auto leased = queue.lease(owner, "matrix", 3);
            for (const auto& task : leased) {
                // As a reconcile does: reads what is wanted now, and works until that is so.
                const auto room = static_cast<std::size_t>(std::stoi(task.key));
                done[room] = wanted[room].load();
            }
            for (const auto end : queue.complete(leased)) lost += end == ending::lease_lost ? 1 : 0;
            if (leased.empty() && last_look && queue.idle()) break;
        }
    });
    CHECK(lost == 0);
    for (std::size_t room = 0; room < rooms; ++room) CHECK(done[room] == wanted[room]);
    CHECK(f.queue.list({}).empty());
}

TEST_CASE("workers that die and leases that expire under load lose no task, and every order holds") {
    queue_fixture f({.most_crashes = 1'000'000, .back_off = {.base = 0ms, .cap = 0ms}});
    constexpr int number_of_tasks = 200;
    std::vector<task::new_task> tasks;
    for (int index = 0; index < number_of_tasks; ++index)
        tasks.push_back(queue_fixture::wanted(std::to_string(index), task::lane::roster, std::to_string(index % 10)));
    f.queue.enqueue(tasks);

    std::atomic<int> gone{0};
    in_threads(4, [&](int number) {
        store::database database(f.database.location());
        task::queue queue(database, f.clock, f.queue.settings());
        for (int round = 0; gone < number_of_tasks; ++round) {
            const auto owner = "worker " + std::to_string(number) + "." + std::to_string(round);
            const auto leased = queue.lease(owner, "matrix", 4);
            if (round % 7 == 3) {
                queue.release(owner, "killed by signal 9");
            } else if (round % 11 == 5) {
                queue.release_gracefully(owner);
            } else if (round % 13 == 7) {
                f.clock.advance(f.queue.settings().lease + 1ms);
                queue.expire_leases();
            }
            for (const auto end : queue.complete(leased)) gone += end == ending::gone ? 1 : 0;
        }
    });
    CHECK(gone == number_of_tasks);
    CHECK(f.queue.list({}).empty());
}
