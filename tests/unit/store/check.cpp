#include "store/check.hpp"

#include "store/codes.hpp"
#include "temporary_folder.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace commhost;

namespace {

constexpr store::migration garden{"garden", 1, R"(
    create table tree (id $identity, name text not null);
    create table fruit (tree bigint references tree (id), colour text)
)"};
constexpr store::migration more{"garden", 2, "alter table fruit add column taste text"};
constexpr std::array one_step{garden};
constexpr std::array two_steps{garden, more};

using codes = std::vector<std::string>;

codes codes_of(const std::vector<message::error>& found) {
    codes result;
    for (const auto& each : found) {
        CHECK(message::catalogue::find_code(each.code().id()));
        result.emplace_back(each.code().id());
    }
    return result;
}

}  // namespace

TEST_CASE("nothing is wrong with a sound database") {
    test::test_database database;
    store::migrate(*database, one_step);
    const auto on = database->borrow();
    on->execute("insert into tree (id, name) values (1, 'apple')");
    on->execute("insert into fruit (tree, colour) values (1, 'red'), (null, 'of no tree')");
    CHECK(codes_of(store::check(*database, one_step)).empty());
}

TEST_CASE("a check tells an empty database, an older and a newer one") {
    test::test_database database;
    CHECK(codes_of(store::check(*database, one_step)) == codes{"STORE_EMPTY"});
    store::migrate(*database, one_step);
    CHECK(codes_of(store::check(*database, two_steps)) == codes{"STORE_OLDER"});
    store::migrate(*database, two_steps);
    CHECK(codes_of(store::check(*database, one_step)) == codes{"STORE_NEWER"});
}

TEST_CASE("rows whose parent is gone are counted") {
    test::test_database database;
    store::migrate(*database, one_step);
    const auto on = database->borrow();
    on->execute(database->dialect() == store::dialect::sqlite ? "pragma foreign_keys = off"
                                                              : "set session_replication_role = replica");
    on->execute("insert into fruit (tree, colour) values (7, 'red'), (8, 'green'), (null, 'blue')");
    const auto found = store::check(*database, one_step);
    REQUIRE(codes_of(found) == codes{"STORE_ORPHANS"});
    CHECK(found[0].text() == "In table fruit 2 rows belong to a row of tree that is not there. Nothing was changed.");
}

TEST_CASE("an index that PostgreSQL could not finish is told") {
    test::test_database database;
    if (database->dialect() == store::dialect::sqlite) return;
    store::migrate(*database, one_step);
    const auto on = database->borrow();
    on->execute("insert into tree (name) values ('apple'), ('apple')");
    CHECK_THROWS_AS(on->execute("create unique index concurrently tree_name on tree (name)"), message::error);
    const auto found = store::check(*database, one_step);
    REQUIRE(codes_of(found) == codes{"STORE_INDEX"});
    CHECK(found[0].text().find("tree_name") != std::string::npos);
}

TEST_CASE("an overwritten page of a SQLite file is found, also where no question has come across it") {
    const test::temporary_folder folder;
    const auto file = folder.path() / "garden.db";
    {
        store::database whole("sqlite:" + file.string());
        store::migrate(whole, one_step);
        whole.borrow()->execute("insert into tree (name) with recursive n(i) as (select 1 union all select i + 1 from n"
                                " where i < 2000) select 'a tree whose number is ' || i from n");
    }
    const auto pages = std::filesystem::file_size(file) / 4096;
    {
        std::fstream open(file, std::ios::in | std::ios::out | std::ios::binary);
        open.seekp(static_cast<std::streamoff>((pages - 1) * 4096));
        open << std::string(4096, '\xa5');
    }
    store::database damaged("sqlite:" + file.string());
    CHECK(damaged.borrow()->scalar<std::string>("select name from tree where id = 1") == "a tree whose number is 1");
    const auto found = codes_of(store::check(damaged, one_step));
    REQUIRE_FALSE(found.empty());
    CHECK(found[0] == "STORE_DAMAGED");
}

TEST_CASE("what SQLite finds where no page is broken is told, too") {
    test::test_database database;
    if (database->dialect() == store::dialect::postgresql) return;
    store::migrate(*database, one_step);
    const auto on = database->borrow();
    on->execute("create table leaf (size integer check (size > 0))");
    on->execute("pragma ignore_check_constraints = on");
    on->execute("insert into leaf (size) values (-1)");
    const auto found = store::check(*database, one_step);
    REQUIRE(codes_of(found) == codes{"STORE_DAMAGED"});
    CHECK(found[0].text().find("CHECK constraint failed in leaf") != std::string::npos);
}
