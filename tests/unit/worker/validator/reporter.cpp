#include "worker/validator/reporter.hpp"

#include <doctest/doctest.h>

using commhost::worker::validator::outcome;
using commhost::worker::validator::told_by;
using commhost::worker::validator::verdict;

TEST_CASE("what a child was doing last is known when it never came to a verdict") {
    const auto told = told_by(">load\n>create_chat_room (no-network)\n", "secret");
    CHECK(told.doing == "create_chat_room (no-network)");
    CHECK_FALSE(told.is_whole);
}

TEST_CASE("a verdict is found behind whatever else stands in the pipe, and half a one counts for nothing") {
    verdict found;
    found.fail("validate_incomplete");
    const auto line = "=secret" + to_json(found);
    const auto told = told_by("noise\n=no verdict\n>load\n" + line + "\n", "secret");
    CHECK(told.is_whole);
    CHECK(told.verdict.what() == outcome::failed);
    CHECK_FALSE(told_by(">load\n" + line.substr(0, line.size() - 2), "secret").is_whole);
}

TEST_CASE("a verdict of somebody who does not know the secret counts for nothing") {
    const verdict passed;
    CHECK_FALSE(told_by("=" + to_json(passed) + "\n=other" + to_json(passed) + "\n", "secret").is_whole);
}

TEST_CASE("rooms and breaches are told, and what only looks like them is left out") {
    const commhost::worker::validator::breach seen{commhost::worker::validator::rule::settings, "diagnose", "adress"};
    const auto told = told_by("+validate-room-1\n+validate-room-2\n-validate-room-1\n+../..\n!" + to_json(seen) +
                                  "\n![99, \"a\", \"b\"]\n!{}\n",
                              "secret");
    CHECK(told.begun_rooms == std::vector<std::string>{"validate-room-1", "validate-room-2"});
    CHECK(told.deleted_rooms == std::set<std::string>{"validate-room-1"});
    REQUIRE(told.handed_on.size() == 1);
    CHECK(told.handed_on.front().what == "adress");
}
