#include "store/migration.hpp"
#include "task/migrations.hpp"
#include "task/schedule.hpp"
#include "test_clock.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>
#include <time.h>

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

/// A job that is due since now, with a jitter of 20 minutes, and a window whose hours are set by the clock: they are local ones.
struct window_fixture {
    window_fixture() {
        store::migrate(*database, task::migrations());
        schedule.add_or_keep("synchronise", 1h, 20min);
        clock.advance(1h);
    }

    /// Opens after that time, for so long.
    void open_in(std::chrono::minutes wait, std::chrono::minutes length) {
        const std::time_t now = clock.now() / 1000;
        tm local{};
        ::localtime_r(&now, &local);
        const int minute = local.tm_hour * 60 + local.tm_min;
        const auto later = [&](std::chrono::minutes by) { return (minute + static_cast<int>(by.count())) % (24 * 60); };
        hours.from = later(wait);
        hours.until = later(wait + length);
        opens = clock.now() + std::chrono::milliseconds(wait - std::chrono::seconds(local.tm_sec)).count();
    }

    names due() { return due(schedule); }

    names due(task::schedule& host) {
        return database->transact([&](store::connection& on) {
            return host.due(on, [&](std::string_view name) { return name == "synchronise" ? hours : task::window{}; });
        });
    }

    /// Asks every second until it is claimed.
    store::milliseconds_utc next_beginning() {
        for (int turn = 0; turn < 4 * 3600; ++turn) {
            if (due() == names{"synchronise"}) return clock.now();
            clock.advance(1s);
        }
        FAIL("it did not begin");
        return 0;
    }

    test::test_database database;
    test::test_clock clock;
    double random = 0;
    task::schedule schedule{*database, clock, [this] { return random; }};
    task::window hours;
    store::milliseconds_utc opens = 0;
};

}  // namespace

TEST_CASE("a job outside of its window stays due, and holds up no other") {
    window_fixture f;
    f.open_in(60min, 120min);
    f.schedule.add_or_keep("clean up", 30min, 0ms);
    f.clock.advance(30min);
    CHECK(f.due() == names{"clean up"});
    CHECK(f.due() == names{});
    f.hours = {};
    CHECK(f.due() == names{"synchronise"});
}

TEST_CASE("a job that has waited for its window begins a part of its jitter after that opens") {
    window_fixture f;
    f.open_in(60min, 120min);
    SUBCASE("the least") {
        f.random = 0;
        CHECK(f.next_beginning() - f.opens == 0);
    }
    SUBCASE("half of it") {
        f.random = 0.5;
        CHECK(f.next_beginning() - f.opens == std::chrono::milliseconds(10min).count());
    }
    CHECK(f.due() == names{});
}

TEST_CASE("the jitter is drawn once for an opening, and no longer than the window is open") {
    window_fixture f;
    f.open_in(60min, 10min);
    f.random = 0.9;
    f.clock.set(f.opens);
    CHECK(f.due() == names{});
    CHECK(f.schedule.list()[0].next == f.opens + std::chrono::milliseconds(9min).count());
    CHECK(f.schedule.list()[0].last == std::nullopt);
    f.random = 0;
    CHECK(f.due() == names{});
    CHECK(f.next_beginning() - f.opens == std::chrono::milliseconds(9min).count());
}

TEST_CASE("a job that becomes due while its window is open begins then") {
    window_fixture f;
    f.random = 0.5;
    f.clock.set(test::test_clock::start);
    f.open_in(0min, 300min);
    f.clock.advance(1h);
    CHECK(f.due() == names{"synchronise"});
}

TEST_CASE("a host that starts after the time that was drawn begins at once") {
    window_fixture f;
    f.random = 0.5;
    f.open_in(60min, 120min);
    f.clock.set(f.opens + std::chrono::milliseconds(100min).count());
    CHECK(f.due() == names{"synchronise"});
}

TEST_CASE("a job that missed its window because nobody asked waits for the next one") {
    window_fixture f;
    f.random = 0.5;
    f.open_in(60min, 10min);
    f.clock.set(f.opens);
    CHECK(f.due() == names{});
    f.clock.advance(10min);
    CHECK(f.due() == names{});
    f.clock.set(f.opens + std::chrono::milliseconds(24h).count());
    CHECK(f.due() == names{});
    f.clock.advance(5min);
    CHECK(f.due() == names{"synchronise"});
}

TEST_CASE("of several hosts that wait for the window one begins, when the first of them has drawn") {
    window_fixture f;
    f.open_in(60min, 120min);
    std::vector<double> drawn{0.5, 0.1, 0.9, 0.2};
    std::deque<task::schedule> hosts;
    for (auto& number : drawn) hosts.emplace_back(*f.database, f.clock, [&number] { return number; });
    std::vector<store::milliseconds_utc> began;
    for (f.clock.set(f.opens - 10'000); f.clock.now() < f.opens + std::chrono::milliseconds(59min).count();
         f.clock.advance(5s)) {
        for (auto& host : hosts) {
            if (f.due(host) == names{"synchronise"}) began.push_back(f.clock.now());
        }
    }
    CHECK(began == std::vector{f.opens + std::chrono::milliseconds(10min).count()});
}
