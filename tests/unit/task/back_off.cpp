#include "task/back_off.hpp"

#include "task/random.hpp"

#include <doctest/doctest.h>

using namespace commhost;
using namespace std::chrono_literals;

TEST_CASE("the pause doubles with each try, up to a limit") {
    const task::back_off pause{.base = 2s, .cap = 60s};
    CHECK(pause.after(1, 1.0) == 2s);
    CHECK(pause.after(2, 1.0) == 4s);
    CHECK(pause.after(3, 1.0) == 8s);
    CHECK(pause.after(6, 1.0) == 60s);
    CHECK(pause.after(1'000'000, 1.0) == 60s);
}

TEST_CASE("half of the pause is certain, the other half is up to chance") {
    const task::back_off pause{.base = 10s, .cap = 60s};
    CHECK(pause.after(1, 0.0) == 5s);
    CHECK(pause.after(1, 0.5) == 7500ms);
    CHECK(pause.after(1, 0.999) < 10s);
}

TEST_CASE("random numbers are from 0 up to 1 and differ") {
    const auto random = task::system_random();
    bool differ = false;
    const double first = random();
    for (int count = 0; count < 1000; ++count) {
        const double next = random();
        CHECK(next >= 0.0);
        CHECK(next < 1.0);
        differ = differ || next != first;
    }
    CHECK(differ);
}
