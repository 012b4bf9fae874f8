#include "store/json_rows.hpp"

#include "test_database.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

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

TEST_CASE("rows are joined with a large table by its index, however many rows of it meet the other condition") {
    test::test_database database;
    const auto on = database->borrow();
    if (on->dialect() != store::dialect::sqlite) return;  // PostgreSQL counts its rows
    on->execute("create table account (provider text, user_id bigint, name text, primary key (provider, user_id))");
    const auto table = store::json_rows::table(on->dialect(), ":rows",
                                               {{"user_id", store::column::integer}, {"name", store::column::text}});
    const auto first_step = [&](const std::string& provider) {
        const auto plan = on->query<std::int64_t, std::int64_t, std::int64_t, std::string>(
            "explain query plan update account set name = r.name from " + table +
                " r where account.provider = " + provider + " and account.user_id = r.user_id",
            {{"provider", "matrix"}, {"rows", "[]"}});
        return std::get<3>(plan.at(0));
    };
    CHECK(first_step(":provider").starts_with("SEARCH account"));  // else nothing of this is needed any more
    CHECK(first_step(store::json_rows::in_each_row(on->dialect(), ":provider")).starts_with("SCAN e VIRTUAL TABLE"));
}

TEST_CASE("a value that is the same in each row is that value") {
    test::test_database database;
    const auto on = database->borrow();
    store::json_rows rows;
    rows.add(1);
    rows.add(2);
    const auto table = store::json_rows::table(on->dialect(), ":rows", {{"user_id", store::column::integer}});
    CHECK(on->query<std::int64_t, std::string>("select r.user_id, cast(" +
                                                   store::json_rows::in_each_row(on->dialect(), ":name") +
                                                   " as text) from " + table + " r order by r.ordinal",
                                               {{"rows", rows.json()}, {"name", "x"}}) ==
          std::vector{std::tuple(std::int64_t{1}, std::string("x")), std::tuple(std::int64_t{2}, std::string("x"))});
}

TEST_CASE("the texts of a column in which one of several stands are found, also as a part of a word") {
    test::test_database database;
    const auto on = database->borrow();
    store::json_rows names;
    names.add("ada");
    names.add("eve");
    const auto holds = [&](const std::string& text) {
        return on->scalar<bool>("select case when " + store::json_rows::holds_any(on->dialect(), "x.said", ":names") +
                                    " then 1 else 0 end from (select cast(:said as text) as said) x",
                                {{"said", text}, {"names", names.json()}});
    };
    CHECK(holds("of steven") == true);
    CHECK(holds("adam") == true);
    CHECK(holds("Ada") == false);
    CHECK(holds("") == false);
}
