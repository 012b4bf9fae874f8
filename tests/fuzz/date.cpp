// Dates as rosters write them.

#include "roster/date.hpp"

#include "expectation.hpp"
#include "target.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace commhost::fuzz {

void run(std::string_view input) {
    const auto read = roster::parse_date(input);
    expect(read == roster::parse_date(input), "a date is read twice alike");
    if (!read) return;
    expect(input.size() <= 64, "a date is short");
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(*read)};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const auto year = static_cast<int>(date.year());
    // A time zone may carry the first and the last moment over the ends of the four-digit years.
    expect(year >= -1 && year <= 10'000, "a date has a year of four digits");
    if (year < 1000 || year > 9999) return;
    const std::chrono::hh_mm_ss time(at - day);
    const auto written =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year, static_cast<unsigned>(date.month()),
                    static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                    time.seconds().count(), time.subseconds().count());
    expect(roster::parse_date(written) == read, "a date written as ISO 8601 is the same moment");
}

}  // namespace commhost::fuzz
