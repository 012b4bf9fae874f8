#include "plugin/side_by_side.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

using namespace commhost;

TEST_CASE("every number is worked on once") {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{100}}) {
        std::vector<std::atomic<int>> times(count);
        plugin::side_by_side(count, [&](std::size_t at) { ++times[at]; });
        for (const auto& each : times) CHECK(each == 1);
    }
}

TEST_CASE("what is thrown reaches the caller, and nothing new begins after it") {
    std::atomic<int> begun{0};
    const auto work = [&](std::size_t at) {
        ++begun;
        if (at == 0) throw std::runtime_error("zero");
    };
    CHECK_THROWS_WITH(plugin::side_by_side(1, work), "zero");
    CHECK(begun == 1);
    CHECK_THROWS_WITH(plugin::side_by_side(50, [](std::size_t) { throw std::runtime_error("each"); }), "each");
}

TEST_CASE("of what is thrown the first by number is thrown on") {
    // Each but the first waits until the first has begun.
    std::atomic<bool> begun{false};
    const auto work = [&](std::size_t at) {
        if (at == 0) {
            begun = true;
            begun.notify_all();
        }
        begun.wait(false);
        throw std::runtime_error(std::to_string(at));
    };
    CHECK_THROWS_WITH(plugin::side_by_side(4, work), "0");
}
