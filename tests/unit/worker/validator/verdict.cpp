#include "worker/validator/verdict.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using commhost::worker::validator::outcome;
using commhost::worker::validator::verdict;
using commhost::worker::validator::verdict_of;

TEST_CASE("a verdict only gets worse, and says nothing twice") {
    verdict found;
    CHECK(found.what() == outcome::success);
    found.fail("validate_printed", {{"output", "a"}});
    found.warn("validate_printed", {{"output", "b"}});
    found.fail("validate_printed", {{"output", "a"}});
    CHECK(found.what() == outcome::failed);
    REQUIRE(found.details().size() == 2);
    CHECK(found.details().front().text() == "It printed: a");
}

TEST_CASE("a verdict goes through a pipe as it is, and its words come out fit for a terminal") {
    verdict found;
    found.crash("validate_printed", {{"output", "one\n\x1b[31mtwo \xff"}});
    const auto read = verdict_of(to_json(found));
    CHECK(read.what() == outcome::crashed);
    CHECK(read.details() == found.details());
    CHECK(read.details().front().text() == "It printed: one  [31mtwo \xEF\xBF\xBD");
}

TEST_CASE("what a plugin may have written in the place of a verdict is none") {
    for (const char* text :
         {"", "[]", "{}", R"({"outcome": "success"})", R"({"outcome": "perhaps", "details": []})",
          R"({"outcome": "success", "details": [7]})", R"({"outcome": "success", "details": [{"phrase": "a"}]})",
          R"({"outcome": "success", "details": [{"phrase": "a", "values": [["name"]]}]})"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(verdict_of(text), std::invalid_argument);
    }
}

TEST_CASE("of more details than anybody reads the first are kept") {
    verdict found;
    for (std::size_t count = 0; count < 3 * verdict::most_details; ++count)
        found.fail("validate_printed", {{"output", std::to_string(count)}});
    REQUIRE(found.details().size() == verdict::most_details);
    CHECK(found.details().back().values.front().second == std::to_string(verdict::most_details - 1));
}
