#include "worker/validator/reporter.hpp"

#include <doctest/doctest.h>

using commhost::worker::validator::outcome;
using commhost::worker::validator::told_by;
using commhost::worker::validator::verdict;

TEST_CASE("what a child was doing last is known when it never came to a verdict") {
    const auto told = told_by(">load\n>create_chat_room (no-network)\n");
    CHECK(told.doing == "create_chat_room (no-network)");
    CHECK_FALSE(told.is_whole);
}

TEST_CASE("a verdict is found behind whatever else stands in the pipe, and half a one counts for nothing") {
    verdict found;
    found.fail("validate_incomplete");
    const auto line = "=" + to_json(found);
    const auto told = told_by("noise\n=no verdict\n>load\n" + line + "\n");
    CHECK(told.is_whole);
    CHECK(told.verdict.what() == outcome::failed);
    CHECK_FALSE(told_by(">load\n" + line.substr(0, line.size() - 2)).is_whole);
}
