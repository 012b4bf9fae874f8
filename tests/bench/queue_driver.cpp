// The queue as the benchmark drives it:
//
//   bench_queue_driver DATABASE prepare              makes the tables
//   bench_queue_driver DATABASE enqueue NUMBER BATCH
//   bench_queue_driver DATABASE work BATCH           until nothing is ready any more
//
// Like its peers in queue_peers, it prints "ready", waits for a line on its standard input, and prints "done TASKS TIME": how
// many tasks it did and when it was done, in milliseconds since 1970.

#include "store/migration.hpp"
#include "task/migrations.hpp"
#include "task/queue.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <future>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace commhost;

class driver {
  public:
    explicit driver(const std::string& location) : database_(location), queue_(database_, clock_) {}

    void prepare() { store::migrate(database_, task::migrations()); }

    void enqueue(int number, int batch) {
        wait_for_the_start();
        for (int first = 0; first < number; first += batch) {
            std::vector<task::new_task> tasks;
            for (int index = first; index < std::min(first + batch, number); ++index) {
                const auto room = fmt::format("room:{}", index);
                tasks.push_back(
                    {.kind = "reconcile", .queue = queue_name, .key = room, .order = room, .payload = "{}"});
            }
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

  private:
    static constexpr const char* queue_name = "bench";

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
        else
            drive.work(std::stoi(given.at(2)));
        return 0;
    } catch (const std::exception& failed) {
        fmt::print(stderr, "bench_queue_driver: {}\n", failed.what());
        return 1;
    }
}
