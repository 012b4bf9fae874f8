#include "task/window.hpp"

#include <doctest/doctest.h>
#include <time.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>

using namespace commhost;

namespace {

/// The host's time zone, as long as it lasts.
class time_zone {
  public:
    explicit time_zone(const char* name) {
        if (const char* const set = std::getenv("TZ")) before_ = set;
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~time_zone() {
        before_.empty() ? ::unsetenv("TZ") : ::setenv("TZ", before_.c_str(), 1);
        ::tzset();
    }
    time_zone(const time_zone&) = delete;
    time_zone& operator=(const time_zone&) = delete;

  private:
    std::string before_;
};

constexpr store::milliseconds_utc minute = 60'000;
constexpr store::milliseconds_utc hour = 60 * minute;
constexpr store::milliseconds_utc day = 24 * hour;
constexpr store::milliseconds_utc monday = 1'769'385'600'000;  // 2026-01-26T00:00:00Z

constexpr std::array only_monday{false, true, false, false, false, false, false};

}  // namespace

TEST_CASE("a window of which nothing is said is always open") {
    const time_zone utc("UTC");
    for (int each = 0; each < 7 * 24; ++each) CHECK(task::window{}.contains(monday + each * hour));
}

TEST_CASE("a window is open from its first minute until the one before its end, on its days") {
    const time_zone utc("UTC");
    const task::window morning{only_monday, 6 * 60, 8 * 60 + 30};
    CHECK_FALSE(morning.contains(monday + 6 * hour - 1));
    CHECK(morning.contains(monday + 6 * hour));
    CHECK(morning.contains(monday + 8 * hour + 30 * minute - 1));
    CHECK_FALSE(morning.contains(monday + 8 * hour + 30 * minute));
    CHECK_FALSE(morning.contains(monday + day + 7 * hour));
}

TEST_CASE("a night belongs to the day of its evening") {
    const time_zone utc("UTC");
    const task::window night{only_monday, 22 * 60, 5 * 60};
    CHECK_FALSE(night.contains(monday + 4 * hour));
    CHECK_FALSE(night.contains(monday + 12 * hour));
    CHECK(night.contains(monday + 22 * hour));
    CHECK(night.contains(monday + day + 5 * hour - 1));
    CHECK_FALSE(night.contains(monday + day + 5 * hour));
    CHECK_FALSE(night.contains(monday + day + 22 * hour));
}

TEST_CASE("a window goes by the host's time zone") {
    const time_zone east("EST5");
    const task::window evening{only_monday, 22 * 60, task::window::day_end};
    CHECK_FALSE(evening.contains(monday + 22 * hour));
    CHECK(evening.contains(monday + day + 3 * hour));
}

TEST_CASE("a window that is open opened at its first minute of that day, a night in its evening") {
    const time_zone utc("UTC");
    const task::window morning{only_monday, 6 * 60, 8 * 60 + 30};
    CHECK(morning.opened(monday + 6 * hour) == monday + 6 * hour);
    CHECK(morning.opened(monday + 8 * hour + 29 * minute) == monday + 6 * hour);
    CHECK(morning.opened(monday + 9 * hour) == std::nullopt);
    const task::window night{only_monday, 22 * 60, 5 * 60};
    CHECK(night.opened(monday + 23 * hour) == monday + 22 * hour);
    CHECK(night.opened(monday + day + 4 * hour) == monday + 22 * hour);
    CHECK(night.opened(monday + day + 22 * hour) == std::nullopt);
    const task::window nights{{true, true, true, true, true, true, true}, 22 * 60, 5 * 60};
    CHECK(nights.opened(monday + day + 4 * hour) == monday + 22 * hour);
    CHECK(nights.opened(monday + day + 22 * hour) == monday + day + 22 * hour);
    const task::window almost_a_day{{true, true, true, true, true, true, true}, 12 * 60, 11 * 60 + 59};
    CHECK(almost_a_day.opened(monday + 11 * hour) == monday - 12 * hour);
}

TEST_CASE("days that follow each other are one window, and one that never closes did not open") {
    const time_zone utc("UTC");
    const task::window monday_and_tuesday{{false, true, true, false, false, false, false}};
    CHECK(monday_and_tuesday.opened(monday + 5 * hour) == monday);
    CHECK(monday_and_tuesday.opened(monday + day + 5 * hour) == monday);
    CHECK(task::window{}.opened(monday + 5 * hour) == std::nullopt);
    const task::window from_saturday{{true, true, false, false, false, false, true}};
    CHECK(from_saturday.opened(monday + 5 * hour) == monday - 2 * day);
}

TEST_CASE("a night in which the clock is put forward or back opened when it showed the evening's hour") {
    const time_zone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
    const task::window night{{true, true, true, true, true, true, true}, 22 * 60, 5 * 60};
    constexpr store::milliseconds_utc spring = 1'774'731'600'000;  // 2026-03-28T21:00:00Z, 22:00 CET
    CHECK(night.opened(spring + 6 * hour - 1) == spring);          // 04:59:59 CEST
    CHECK(night.opened(spring + 6 * hour) == std::nullopt);
    constexpr store::milliseconds_utc autumn = 1'792'872'000'000;  // 2026-10-24T20:00:00Z, 22:00 CEST
    CHECK(night.opened(autumn + 8 * hour - 1) == autumn);          // 04:59:59 CET
    CHECK(night.opened(autumn + 8 * hour) == std::nullopt);
}

TEST_CASE("a window is as long as its hours say") {
    using namespace std::chrono_literals;
    CHECK(task::window{only_monday, 6 * 60, 8 * 60 + 30}.length() == 150min);
    CHECK(task::window{only_monday, 22 * 60, 5 * 60}.length() == 7h);
    CHECK(task::window{}.length() == 24h);
}

TEST_CASE("hours are read as two times of day, and nothing else is") {
    CHECK(task::hours_of("22:00-05:30") == std::pair(22 * 60, 5 * 60 + 30));
    CHECK(task::hours_of("00:00-24:00") == std::pair(0, 24 * 60));
    for (const char* wrong : {"", "22-5", "22:00", "22:00-5:00", "24:00-05:00", "08:00-08:00", "08:60-10:00",
                              "08:00-24:01", "+8:00-09:00", "-8:00-09:00", "08:00 09:00", "08:00-09:00 "}) {
        CAPTURE(wrong);
        CHECK_FALSE(task::hours_of(wrong));
    }
}
