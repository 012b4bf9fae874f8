#include "store/migration.hpp"

#include "message/error.hpp"
#include "refusal.hpp"
#include "store/codes.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace commhost;
using test::refusal_of;

namespace {

constexpr store::migration first{"garden", 1, R"(
    create table tree (id $identity, name text not null);
    create table fruit (tree bigint not null references tree (id))
)"};
constexpr store::migration second{"garden", 2, "alter table fruit add column colour text"};

constexpr std::chrono::milliseconds at_once{0};
constexpr std::chrono::minutes long_enough{1};

void no_copy(store::connection&) {}

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

TEST_CASE("a new database gets its tables, an older one is left as it is until somebody upgrades it") {
    test::test_database database;
    store::prepare(*database, std::array{first});
    store::prepare(*database, std::array{first});
    CHECK(refusal_of([&] { store::prepare(*database, std::array{first, second}); }) == store::STORE_OLDER);
    CHECK_THROWS(database->borrow()->query<std::int64_t>("select count(colour) from fruit"));
    CHECK(store::upgrade(*database, std::array{first, second}, at_once, no_copy) == 1);
    store::prepare(*database, std::array{first, second});
    CHECK(store::upgrade(*database, std::array{first, second}, at_once, no_copy) == 0);
}

TEST_CASE("tables of a newer program are left alone, also where they are all of a room that this one does not know") {
    test::test_database database;
    store::migrate(*database, std::array{first, store::migration{"pond", 1, "create table fish (name text)"}});
    CHECK(refusal_of([&] { store::prepare(*database, std::array{first}); }) == store::STORE_NEWER);
    CHECK(refusal_of([&] {
              store::upgrade(*database, std::array{first, second}, at_once, no_copy);
          }) == store::STORE_NEWER);
}

TEST_CASE("the copy is made of the database as it was, and where it cannot be made nothing is upgraded") {
    test::test_database database;
    store::migrate(*database, std::array{first});
    CHECK_THROWS_AS(store::upgrade(*database, std::array{first, second}, at_once,
                                   [](store::connection&) { throw std::runtime_error("no room"); }),
                    std::runtime_error);
    CHECK(refusal_of([&] { store::prepare(*database, std::array{first, second}); }) == store::STORE_OLDER);
    bool copied = false;
    store::upgrade(*database, std::array{first, second}, at_once, [&](store::connection& on) {
        CHECK(store::state_of_tables(on, std::array{first}) == store::tables::current);
        copied = true;
    });
    CHECK(copied);
}

TEST_CASE("nothing is upgraded under a process that has the database open") {
    test::test_database database;
    store::migrate(*database, std::array{first});
    {
        const store::database old_program(database.location());
        CHECK(refusal_of([&] {
                  store::upgrade(*database, std::array{first, second}, at_once, no_copy);
              }) == store::STORE_IN_USE);
    }
    CHECK(store::upgrade(*database, std::array{first, second}, long_enough, no_copy) == 1);
}

TEST_CASE("whoever comes while the database is upgraded waits until that is done") {
    test::test_database database;
    store::migrate(*database, std::array{first});
    store::tables seen{};
    std::thread other;
    store::upgrade(*database, std::array{first, second}, at_once, [&](store::connection&) {
        other = std::thread([&] {
            store::database opened(database.location());
            seen = store::state_of_tables(*opened.borrow(), std::array{first, second});
        });
    });
    other.join();
    CHECK(seen == store::tables::current);
}

TEST_CASE("of several programs that upgrade at once one does it") {
    test::test_database database;
    store::migrate(*database, std::array{first});
    std::array<int, 2> applied{};
    std::array<int, 2> copies{};
    const auto upgrade = [&](std::size_t which, store::database& on) {
        applied[which] =
            store::upgrade(on, std::array{first, second}, long_enough, [&](store::connection&) { ++copies[which]; });
    };
    store::database another(database.location());  // both stay open when they have done it
    std::thread one([&] { upgrade(0, *database); });
    std::thread two([&] { upgrade(1, another); });
    one.join();
    two.join();
    CHECK(applied[0] + applied[1] == 1);
    CHECK(copies[0] + copies[1] == 1);
}
