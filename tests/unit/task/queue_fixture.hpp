#pragma once

#include "store/migration.hpp"
#include "task/migrations.hpp"
#include "task/queue.hpp"
#include "test_clock.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace commhost::test {

using namespace std::chrono_literals;

/// An empty queue whose clock stands still and whose random numbers are 0, unless the test sets them.
struct queue_fixture {
    explicit queue_fixture(task::queue_settings settings = {})
        : queue(*database, clock, settings, [this] { return random; }) {
        store::migrate(*database, task::migrations());
    }

    /// A task of the queue "matrix".
    static task::new_task wanted(std::string key, task::lane in_lane = task::lane::roster, std::string order = "") {
        task::new_task result;
        result.kind = "reconcile";
        result.queue = "matrix";
        result.key = std::move(key);
        result.order = std::move(order);
        result.in_lane = in_lane;
        result.payload = "{}";
        return result;
    }

    void enqueue(const task::new_task& one) { queue.enqueue(std::span(&one, 1)); }

    void enqueue(const std::string& key) { enqueue(wanted(key)); }

    /// The keys of what the owner gets.
    std::vector<std::string> lease_keys(int most = 100, std::string_view owner = "worker") {
        std::vector<std::string> keys;
        for (auto& leased : queue.lease(owner, "matrix", most)) keys.push_back(std::move(leased.key));
        return keys;
    }

    /// The one task that the owner gets.
    task::leased_task lease_one(std::string_view owner = "worker") {
        auto leased = queue.lease(owner, "matrix", 1);
        REQUIRE(leased.size() == 1);
        return std::move(leased.front());
    }

    /// The only task with that key.
    task::listed_task listed(const std::string& key) {
        task::task_filter filter;
        filter.key = key;
        auto found = queue.list(filter);
        REQUIRE(found.size() == 1);
        return std::move(found.front());
    }

    store::milliseconds_utc now() const { return clock.now(); }

    test_database database;
    test_clock clock;
    double random = 0;
    task::queue queue;
};

using keys = std::vector<std::string>;

}  // namespace commhost::test
