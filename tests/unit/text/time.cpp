#include "text/time.hpp"

#include <doctest/doctest.h>

using commhost::text::utc;

TEST_CASE("a point in time is written as RFC 3339 has it") {
    CHECK(utc(0) == "1970-01-01T00:00:00Z");
    CHECK(utc(1'000'000'000'999) == "2001-09-09T01:46:40Z");
    CHECK(utc(-1) == "1969-12-31T23:59:59Z");
    CHECK(utc(-1000) == "1969-12-31T23:59:59Z");
    CHECK(utc(4'102'444'800'000) == "2100-01-01T00:00:00Z");
}
