#include "store/write_turn.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;

TEST_CASE("one at a time has the turn, and all get it") {
    store::write_turn turn;
    std::atomic<int> at_once = 0;
    std::atomic<int> most = 0;
    int done = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; ++number) {
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                if (!turn.take(1min)) return;
                most = std::max(most.load(), ++at_once);
                ++done;
                std::this_thread::yield();
                --at_once;
                turn.pass_on();
            }
        });
    }
    for (auto& each : threads) each.join();
    CHECK(most == 1);
    CHECK(done == 8 * 200);
}

TEST_CASE("whoever has waited for long enough goes without, and the turn passes on to who still waits") {
    store::write_turn turn;
    REQUIRE(turn.take(0ms));
    CHECK_FALSE(turn.take(0ms));
    CHECK_FALSE(turn.take(1ms));
    std::latch waits(1);
    bool has_turn = false;
    std::thread patient([&] {
        waits.count_down();
        has_turn = turn.take(1min);
        if (has_turn) turn.pass_on();
    });
    waits.wait();
    turn.pass_on();
    patient.join();
    CHECK(has_turn);
    CHECK(turn.take(0ms));
    turn.pass_on();
}
