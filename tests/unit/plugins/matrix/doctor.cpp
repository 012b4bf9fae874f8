#include "matrix/doctor.hpp"

#include <doctest/doctest.h>

using communication_matrix::time_of;

TEST_CASE("the time of a Date header is read in its preferred form") {
    const auto time = time_of("Sun, 06 Nov 1994 08:49:37 GMT");
    REQUIRE(time.has_value());
    CHECK(time->time_since_epoch() == std::chrono::seconds(784111777));
}

TEST_CASE("what is no such date is not guessed at") {
    CHECK_FALSE(time_of("").has_value());
    CHECK_FALSE(time_of("Sunday, 06-Nov-94 08:49:37 GMT").has_value());
    CHECK_FALSE(time_of("Sun, 06 Xxx 1994 08:49:37 GMT").has_value());
}
