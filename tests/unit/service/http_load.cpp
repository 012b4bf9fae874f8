#include "service/http_load.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace commhost;
using namespace std::chrono_literals;
using service::http_load;

TEST_CASE("the mean of what is under way is over time, not over how often it changed") {
    http_load load;
    const service::http_clock::time_point noon{12h};
    load.add(noon);
    const auto first = load.sum(noon);
    load.add(noon + 1s);
    load.add(noon + 1s);
    CHECK(load.count() == 3);
    CHECK(load.mean_since(noon, first, noon + 1s) == doctest::Approx(1));
    CHECK(load.mean_since(noon, first, noon + 2s) == doctest::Approx(2));
    load.remove(noon + 2s);
    load.remove(noon + 2s);
    CHECK(load.mean_since(noon, first, noon + 4s) == doctest::Approx(1.5));
    load.remove(noon + 4s);
    CHECK(load.mean_since(noon, first, noon + 8s) == doctest::Approx(0.75));
}

TEST_CASE("where no time has passed the mean is what is there") {
    http_load load;
    const service::http_clock::time_point noon{12h};
    load.add(noon);
    load.add(noon);
    CHECK(load.mean_since(noon, load.sum(noon), noon) == doctest::Approx(2));
}
