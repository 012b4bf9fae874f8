#include "store/listener.hpp"

#include "heard.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace commhost;

TEST_CASE("who listens hears what another connection commits, and nothing that it takes back") {
    test::test_database database;
    if (database->dialect() == store::dialect::sqlite) return;
    test::heard heard(*database, "garden");
    CHECK(heard.next().empty());
    store::database other(database.location());
    other.transact([](store::connection& on) { store::listener::say(on, "garden", "apple"); });
    CHECK_THROWS(other.transact([](store::connection& on) {
        store::listener::say(on, "garden", "pear");
        throw std::runtime_error("interrupted");
    }));
    other.transact([](store::connection& on) {
        store::listener::say(on, "kitchen", "spoon");
        store::listener::say(on, "garden", "plum");
        store::listener::say(on, "garden", "plum");
    });
    other.transact([](store::connection& on) { store::listener::say(on, "garden", "cherry"); });
    CHECK(heard.next() == "apple");
    CHECK(heard.next() == "plum");
    CHECK(heard.next() == "cherry");
}

TEST_CASE("who lost the connection listens again, and is told that something may have been missed") {
    test::test_database database;
    if (database->dialect() == store::dialect::sqlite) return;
    test::heard heard(*database, "orchard");
    CHECK(heard.next().empty());
    database->borrow()->query<bool>("select cast(pg_terminate_backend(pid) as int) from pg_stat_activity"
                                    " where query = 'listen orchard'");
    CHECK(heard.next().empty());
    database->transact([](store::connection& on) { store::listener::say(on, "orchard", "apple"); });
    CHECK(heard.next() == "apple");
}

TEST_CASE("on SQLite nothing is heard and nothing is said") {
    test::test_database database;
    if (database->dialect() == store::dialect::postgresql) return;
    test::heard heard(*database, "garden");
    const auto on = database->borrow();
    const auto before = on->statements();
    store::listener::say(*on, "garden", "apple");
    CHECK(on->statements() == before);
}
