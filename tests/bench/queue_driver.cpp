// The queue as the benchmark drives it:
//
//   bench_queue_driver DATABASE prepare              makes the tables
//   bench_queue_driver DATABASE enqueue NUMBER BATCH
//   bench_queue_driver DATABASE work BATCH           until nothing is ready any more
//   bench_queue_driver DATABASE answer NUMBER AT_ONCE DURATION TIMES
//
// Like its peers in queue_peers, it prints "ready", waits for a line on its standard input, and prints "done TASKS TIME": how
// many tasks it did and when it was done, in milliseconds since 1970.
//
// answer: NUMBER tasks of the lane periodic are queued, of which a worker does AT_ONCE at a time, each of them DURATION milliseconds
// long. Meanwhile somebody enqueues one of the lane interactive, TIMES after each other. Instead of "done" it prints "answered" and
// how many microseconds each of these waited for its beginning.

#include "store/listener.hpp"
#include "store/migration.hpp"
#include "task/migrations.hpp"
#include "task/queue.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <future>
#include <iostream>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace commhost;
using namespace std::chrono_literals;

constexpr const char* queue_name = "bench";

task::new_task reconcile_of(int room, task::lane lane) {
    const auto key = fmt::format("room:{}", room);
    return {.kind = "reconcile", .queue = queue_name, .key = key, .order = key, .in_lane = lane, .payload = "{}"};
}

/// A worker that does several tasks at a time, as one with rooms does: it looks for more when one has ended, when the queue says
/// so, and now and then. It remembers when the first interactive one began that was not asked for yet.
class busy_worker {
  public:
    busy_worker(store::database& database, task::queue& queue, int at_once, std::chrono::milliseconds duration)
        : queue_(queue), free_(at_once), duration_(duration),
          wake_up_(database, std::string(task::wake_up_channel), [this](std::string_view) { look(); }),
          main_([this](const std::stop_token& stop) { work(stop); }) {}

    ~busy_worker() {
        main_.request_stop();
        look();
    }

    std::chrono::steady_clock::time_point next_interactive() {
        std::unique_lock locked(mutex_);
        changed_.wait(locked, [this] { return begun_.has_value(); });
        return *std::exchange(begun_, std::nullopt);
    }

  private:
    void look() {
        const std::scoped_lock locked(mutex_);
        look_ = true;
        changed_.notify_all();
    }

    void work(const std::stop_token& stop) {
        const auto owner = fmt::format("bench/{}", ::getpid());
        std::vector<std::jthread> under_way;
        while (!stop.stop_requested()) {
            int free = 0;
            {
                std::unique_lock locked(mutex_);
                changed_.wait_for(locked, 200ms, [this] { return look_; });
                look_ = false;
                free = free_;
            }
            auto leased = queue_.lease(owner, queue_name, free);
            const std::scoped_lock locked(mutex_);
            free_ -= static_cast<int>(leased.size());
            for (auto& task : leased) {
                if (task.in_lane == task::lane::interactive) begun_ = std::chrono::steady_clock::now();
                under_way.emplace_back([this, task = std::move(task)] {
                    std::this_thread::sleep_for(duration_);
                    queue_.complete(task);
                    const std::scoped_lock done(mutex_);
                    ++free_;
                    look_ = true;
                    changed_.notify_all();
                });
            }
            changed_.notify_all();
        }
    }

    task::queue& queue_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool look_ = true;
    int free_;
    std::chrono::milliseconds duration_;
    std::optional<std::chrono::steady_clock::time_point> begun_;
    store::listener wake_up_;
    std::jthread main_;
};

class driver {
  public:
    explicit driver(const std::string& location) : database_(location), queue_(database_, clock_) {}

    void prepare() { store::migrate(database_, task::migrations()); }

    void enqueue(int number, int batch) {
        wait_for_the_start();
        for (int first = 0; first < number; first += batch) {
            std::vector<task::new_task> tasks;
            for (int index = first; index < std::min(first + batch, number); ++index)
                tasks.push_back(reconcile_of(index, task::lane::roster));
            queue_.enqueue(tasks);
        }
        done(number);
    }

    void work(int batch) {
        const auto owner = fmt::format("bench/{}", ::getpid());
        wait_for_the_start();
        int number = 0;
        // As in a worker, whose main thread leases what comes next while those of its rooms complete theirs.
        for (auto leased = queue_.lease(owner, queue_name, batch); !leased.empty();) {
            auto next = std::async(std::launch::async, [&] { return queue_.lease(owner, queue_name, batch); });
            queue_.complete(leased);
            number += static_cast<int>(leased.size());
            leased = next.get();
        }
        done(number);
    }

    void answer(int number, int at_once, std::chrono::milliseconds duration, int times) {
        std::vector<task::new_task> periodic;
        for (int index = 0; index < number; ++index) periodic.push_back(reconcile_of(index, task::lane::periodic));
        queue_.enqueue(periodic);
        busy_worker worker(database_, queue_, at_once, duration);
        wait_for_the_start();
        std::string waited;
        for (int index = 0; index < times; ++index) {
            const auto task = reconcile_of(number + index, task::lane::interactive);
            const auto asked = std::chrono::steady_clock::now();
            queue_.enqueue(std::span(&task, 1));
            waited += fmt::format(" {}", (worker.next_interactive() - asked) / 1us);
        }
        std::cout << "answered" << waited << std::endl;
    }

  private:
    /// With a connection that is open already.
    void wait_for_the_start() {
        queue_.next_due(queue_name);
        std::cout << "ready" << std::endl;
        std::string line;
        std::getline(std::cin, line);
    }

    void done(int number) const { std::cout << "done " << number << ' ' << clock_.now() << std::endl; }

    store::database database_;
    store::system_clock clock_;
    task::queue queue_;
};

}  // namespace

int main(int count, char** words) {
    try {
        const std::vector<std::string> given(words + 1, words + count);
        driver drive(given.at(0));
        if (given.at(1) == "prepare")
            drive.prepare();
        else if (given.at(1) == "enqueue")
            drive.enqueue(std::stoi(given.at(2)), std::stoi(given.at(3)));
        else if (given.at(1) == "answer")
            drive.answer(std::stoi(given.at(2)), std::stoi(given.at(3)),
                         std::chrono::milliseconds(std::stoi(given.at(4))), std::stoi(given.at(5)));
        else
            drive.work(std::stoi(given.at(2)));
        return 0;
    } catch (const std::exception& failed) {
        fmt::print(stderr, "bench_queue_driver: {}\n", failed.what());
        return 1;
    }
}
