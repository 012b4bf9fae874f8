#include "cli/output.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace commhost;

TEST_CASE("a point in time is written in UTC, as ISO 8601 has it") {
    CHECK(cli::time_text(1'769'846'400'000) == "2026-01-31T08:00:00Z");
    CHECK(cli::time_text(std::nullopt).empty());
    CHECK(cli::time_json(std::nullopt).is_null());
    CHECK(cli::time_json(0) == "1970-01-01T00:00:00Z");
}

TEST_CASE("an error becomes a document with its code, its sentences and what was known") {
    const auto document = cli::to_json(message::code("STORE_LOCATION"), {{"location", "x"}});
    CHECK(document.at("code") == "STORE_LOCATION");
    CHECK(document.at("text") == "The database 'x' is not one that commhost knows. Nothing was done.");
    CHECK(document.at("arguments").at("location") == "x");
    CHECK_FALSE(document.at("advice").as_string().empty());
    CHECK(cli::to_json(message::code("STORE_LOCATION"), {{"location", "\xff"}}).at("arguments").at("location") ==
          "\uFFFD");
}
