#include "roster/date.hpp"

#include <doctest/doctest.h>

#include <string>

using commhost::roster::parse_date;

namespace {

constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t first_of_september = 20'697 * day;  // 2026-09-01

}  // namespace

TEST_CASE("dates are read as ISO 8601 and day first") {
    CHECK(parse_date("1970-01-01") == 0);
    CHECK(parse_date("2026-09-01") == first_of_september);
    CHECK(parse_date("01/09/2026") == first_of_september);
    CHECK(parse_date("1/9/2026") == first_of_september);
    CHECK(parse_date("29/02/2024") == parse_date("2024-02-29"));
}

TEST_CASE("a time counts, and its zone") {
    CHECK(parse_date("2026-09-01T00:00:00.000Z") == first_of_september);
    CHECK(parse_date("2026-09-01T08:30") == first_of_september + 510 * 60'000);
    CHECK(parse_date("2026-09-01 08:30:15") == first_of_september + 510 * 60'000 + 15'000);
    CHECK(parse_date("2026-09-01T08:30:00.5Z") == first_of_september + 510 * 60'000 + 500);
    CHECK(parse_date("2026-09-01T08:30:00.123456789Z") == first_of_september + 510 * 60'000 + 123);
    CHECK(parse_date("2026-09-01T02:00:00+02:00") == first_of_september);
    CHECK(parse_date("2026-08-31T22:00:00-0200") == first_of_september);
}

TEST_CASE("nothing is guessed") {
    for (const std::string text : {"",
                                   "today",
                                   "2026",
                                   "2026-9-1",
                                   "2026-13-01",
                                   "2025-02-29",
                                   "31/04/2026",
                                   "9/13/2026",
                                   "1/9/26",
                                   "01.09.2026",
                                   "2026-09-01T",
                                   "2026-09-01T25:00",
                                   "2026-09-01T08:61",
                                   "2026-09-01T08:00:00.Z",
                                   "2026-09-01X",
                                   "2026-09-01T08:00+2",
                                   "0001-01-01",
                                   "-1/9/2026",
                                   "99999999999999999999/1/2026",
                                   "2026-09-01T08:00:00Z and more"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_date(text).has_value());
    }
}
