#include "task/window.hpp"

#include <doctest/doctest.h>
#include <time.h>

#include <cstdlib>
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

TEST_CASE("hours are read as two times of day, and nothing else is") {
    CHECK(task::hours_of("22:00-05:30") == std::pair(22 * 60, 5 * 60 + 30));
    CHECK(task::hours_of("00:00-24:00") == std::pair(0, 24 * 60));
    for (const char* wrong : {"", "22-5", "22:00", "22:00-5:00", "24:00-05:00", "08:00-08:00", "08:60-10:00",
                              "08:00-24:01", "+8:00-09:00", "-8:00-09:00", "08:00 09:00", "08:00-09:00 "}) {
        CAPTURE(wrong);
        CHECK_FALSE(task::hours_of(wrong));
    }
}
