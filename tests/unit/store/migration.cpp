#include "store/migration.hpp"

#include "message/error.hpp"
#include "store/codes.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>
#include <thread>

using namespace commhost;

namespace {

constexpr store::migration first{"garden", 1, R"(
    create table tree (id $identity, name text not null);
    create table fruit (tree bigint not null references tree (id))
)"};
constexpr store::migration second{"garden", 2, "alter table fruit add column colour text"};

}  // namespace

TEST_CASE("steps are applied once") {
    test::test_database database;
    CHECK(store::migrate(*database, std::array{first}) == 1);
    CHECK(store::migrate(*database, std::array{first, second}) == 1);
    CHECK(store::migrate(*database, std::array{first, second}) == 0);
    const auto on = database->borrow();
    on->execute("insert into tree (name) values ('apple')");
    CHECK(on->scalar<std::int64_t>("select id from tree") == 1);
    CHECK_THROWS_AS(on->execute("insert into fruit (tree, colour) values (99, 'red')"), message::error);
}

TEST_CASE("where nothing is missing, nobody waits for a process that writes") {
    test::test_database database;
    store::migrate(*database, std::array{first, second});
    const auto writer = database->borrow();
    store::transaction writing(*writer);
    writer->query<std::optional<std::string>>(writer->dialect() == store::dialect::postgresql
                                                  ? "select cast(pg_advisory_xact_lock(7421840912) as text)"
                                                  : "select null");
    writer->execute("insert into tree (name) values ('apple')");
    CHECK(store::migrate(*database, std::array{first, second}) == 0);
}

TEST_CASE("tables of a newer program are left alone") {
    test::test_database database;
    store::migrate(*database, std::array{first, second});
    try {
        store::migrate(*database, std::array{first});
        FAIL("went on");
    } catch (const message::error& failed) {
        CHECK(failed.code() == store::STORE_NEWER);
    }
}

TEST_CASE("a step that fails leaves nothing of it") {
    test::test_database database;
    constexpr store::migration broken{"garden", 2, "create table leaf (id bigint);\ncreate table leaf (id bigint)"};
    CHECK_THROWS(store::migrate(*database, std::array{first, broken}));
    CHECK_THROWS(database->borrow()->query<std::int64_t>("select id from tree"));
    CHECK(store::migrate(*database, std::array{first, second}) == 2);
}

TEST_CASE("two processes that migrate at once apply each step once") {
    test::test_database database;
    std::array<int, 2> applied{};
    std::thread one([&] { applied[0] = store::migrate(*database, std::array{first, second}); });
    std::thread two([&] {
        store::database another(database.location());
        applied[1] = store::migrate(another, std::array{first, second});
    });
    one.join();
    two.join();
    CHECK(applied[0] + applied[1] == 2);
}
