#include "text/number.hpp"

#include <doctest/doctest.h>

using namespace commhost::text;

TEST_CASE("a number is one as a program writes it") {
    CHECK(number_in("17") == 17);
    CHECK(number_in("0") == 0);
    CHECK(number_in("-3") == -3);
    CHECK(number_in("9223372036854775807") == 9223372036854775807);
}

TEST_CASE("what only looks like a number may be somebody's id") {
    for (const auto* each : {"0017", "+17", " 17", "17 ", "17a", "", "-", "-0", "9223372036854775808"})
        CHECK_FALSE(number_in(each));
}
