#include "store/json_rows.hpp"

#include "test_database.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace commhost;

TEST_CASE("many rows go in as one parameter and come out in their order") {
    test::test_database database;
    const auto on = database->borrow();
    store::json_rows rows;
    rows.add("b", 2, std::optional<std::string>());
    rows.add("a\"\\\n\u00e9", -7, std::optional<std::string>("x"));
    const auto table = store::json_rows::table(
        on->dialect(), ":rows",
        {{"name", store::column::text}, {"number", store::column::integer}, {"note", store::column::text}});
    const auto found = on->query<std::string, std::int64_t, std::optional<std::string>, std::int64_t>(
        "select r.name, r.number, r.note, r.ordinal from " + table + " r order by r.ordinal", {{"rows", rows.json()}});
    REQUIRE(found.size() == 2);
    CHECK(found[0] == std::tuple(std::string("b"), std::int64_t{2}, std::optional<std::string>(), std::int64_t{0}));
    CHECK(found[1] ==
          std::tuple(std::string("a\"\\\n\u00e9"), std::int64_t{-7}, std::optional<std::string>("x"), std::int64_t{1}));
}

TEST_CASE("no rows are no rows") {
    test::test_database database;
    const auto on = database->borrow();
    const auto table = store::json_rows::table(on->dialect(), ":rows", {{"name", store::column::text}});
    CHECK(on->query<std::string>("select r.name from " + table + " r", {{"rows", store::json_rows().json()}}).empty());
}
