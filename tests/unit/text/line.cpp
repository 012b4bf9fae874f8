#include "text/line.hpp"

#include <doctest/doctest.h>

using namespace commhost::text;

TEST_CASE("lines are counted whichever way they end") {
    CHECK(line_at("a\nb\nc", 4) == 3);
    CHECK(line_at("a\r\nb\r\nc", 6) == 3);
    CHECK(line_at("a\rb\rc", 4) == 3);
    CHECK(line_at("a", 0) == 1);
}
