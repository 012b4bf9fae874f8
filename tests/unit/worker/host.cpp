#include "worker/host.hpp"

#include "host_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace commhost;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(test::host_fixture, "the queue goes by the times that are configured") {
    settings.workers.deadline = 5min;
    settings.workers.lease = 20s;
    CHECK(host().queue().settings().deadline == 5min);
    CHECK(host().queue().settings().lease == 20s);
}
