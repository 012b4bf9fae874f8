#include "service/stop.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

using namespace commhost;

TEST_CASE("every stop of a source sees its request, also after the source is gone") {
    service::stop seen;
    {
        service::stop_source source;
        seen = source.stop();
        CHECK(!seen.requested());
        CHECK_NOTHROW(seen.throw_if_requested());
        source.request();
        source.request();
        CHECK(source.requested());
    }
    CHECK(seen.requested());
    CHECK_THROWS_AS(seen.throw_if_requested(), core_communication::task_cancelled);
}

TEST_CASE("a stop of no source is never requested") { CHECK(!service::stop().requested()); }

TEST_CASE("whoever waits is woken by the request of another thread") {
    service::stop_source source;
    std::mutex mutex;
    std::condition_variable_any never;
    std::thread other([&] { source.request(); });
    {
        std::unique_lock locked(mutex);
        CHECK(!never.wait(locked, source.stop().token(), [] { return false; }));
    }
    other.join();
}

TEST_CASE("a source whose time is over counts as requested, for good, and wakes who waits") {
    using clock = std::chrono::steady_clock;
    service::stop_source source;
    const auto seen = source.stop();
    source.lasts_until(clock::now() + std::chrono::hours(1));
    CHECK(!seen.requested());
    bool woken = false;
    const std::stop_callback wake(seen.token(), [&] { woken = true; });
    source.lasts_until(clock::now() - std::chrono::milliseconds(1));
    CHECK(!woken);
    CHECK(seen.requested());
    CHECK(woken);
    source.lasts_until(clock::now() + std::chrono::hours(1));
    CHECK(source.requested());
    CHECK_THROWS_AS(seen.throw_if_requested(), core_communication::task_cancelled);
}
