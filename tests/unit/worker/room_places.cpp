#include "worker/room_places.hpp"

#include <doctest/doctest.h>

using commhost::worker::room_places;

TEST_CASE("where nothing is known of a server, or it takes few, there are sixteen rooms at once") {
    CHECK(room_places(32, 0) == 16);
    CHECK(room_places(32, 3) == 16);
}

TEST_CASE("a server that takes many requests at once has twice as many rooms, up to the most") {
    CHECK(room_places(32, 10) == 20);
    CHECK(room_places(32, 64) == 32);
    CHECK(room_places(64, 64) == 64);
}

TEST_CASE("no more rooms than the most, though that is less than sixteen") {
    CHECK(room_places(2, 0) == 2);
    CHECK(room_places(2, 64) == 2);
}
