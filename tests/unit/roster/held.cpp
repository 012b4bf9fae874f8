#include "roster/held.hpp"

#include "imported_directory.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::refusal;
using test::school;

namespace {

/// A course c1 with the people p1 to p9 but for those, as the lists of a document.
std::string nine_but(const std::string& without, const std::string& role = "student") {
    std::string users;
    std::string memberships;
    for (char number = '1'; number <= '9'; ++number) {
        const auto id = std::string("p") + number;
        users += (users.empty() ? "" : ", ") + std::string(R"({"id": ")") + id + R"(", "username": ")" + id + "\"}";
        if (without.find(number) == std::string::npos)
            memberships += (memberships.empty() ? "" : ", ") + std::string(R"({"instance": "c1", "user": ")") + id +
                           R"(", "role": ")" + role + "\"}";
    }
    return "\"users\": [" + users + R"(], "instances": [{"id": "c1", "name": "Physics"}], "memberships": [)" +
           memberships + "]";
}

}  // namespace

TEST_CASE("more than half of a room are held, and approving removes them") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    const auto held = directory.import(school("full", nine_but("12345")));
    REQUIRE(held);
    CHECK(directory.members("c1") == "p1 p2 p3 p4 p5 p6 p7 p8 p9");
    const auto all = roster::list_held(directory.sql());
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == *held);
    CHECK(all[0].source == "default");
    CHECK(all[0].removals == 5);
    CHECK(all[0].rooms == 1);
    CHECK(all[0].because == "room");
    CHECK(directory.approve(*held) == 0);
    CHECK(directory.members("c1") == "p6 p7 p8 p9");
    CHECK(roster::list_held(directory.sql()).empty());
}

TEST_CASE("a newer import replaces what was held: who is back is not to go any more") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    const auto first = directory.import(school("full", nine_but("12345")));
    const auto second = directory.import(school("full", nine_but("23456")));
    REQUIRE(first);
    REQUIRE(second);
    CHECK(refusal([&] { directory.approve(*first); }).starts_with("ROSTER_HELD_UNKNOWN: "));
    directory.approve(*second);
    CHECK(directory.members("c1") == "p1 p7 p8 p9");
}

TEST_CASE("a full roster with everybody in it leaves nothing held") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    directory.import(school("full", nine_but("12345")));
    CHECK_FALSE(directory.import(school("full", nine_but(""))));
    CHECK(roster::list_held(directory.sql()).empty());
}

TEST_CASE("what is held of one source is not another's to replace") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    directory.import(school("full", nine_but("12345")));
    directory.source = "clubs";
    directory.import(school("partial", R"("users": [{"id": "q1", "username": "q1"}])"));
    CHECK(roster::list_held(directory.sql()).size() == 1);
}

TEST_CASE(
    "a partial roster that does not speak of them keeps removals held, and one that names somebody keeps them in") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    directory.import(school("full", nine_but("123456")));
    const auto silent = directory.import(school("partial", R"("users": [{"id": "q1", "username": "q1"}])"));
    REQUIRE(silent);
    const auto spoken =
        directory.import(school("partial", R"("memberships": [{"instance": "c1", "user": "p1", "role": "student"}])"));
    REQUIRE(spoken);
    directory.approve(*spoken);
    CHECK(directory.members("c1") == "p1 p7 p8 p9");
}

TEST_CASE("suspensions that are held outlive a partial roster, too") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    std::string suspended;
    for (const char* id : {"p1", "p2", "p3", "p4", "p5"})
        suspended += (suspended.empty() ? "" : ", ") + std::string(R"({"instance": "c1", "user": ")") + id +
                     R"(", "role": "student", "status": "suspended"})";
    REQUIRE(directory.import(school("partial", "\"memberships\": [" + suspended + "]")));
    const auto held = directory.import(school("partial", R"("users": [])"));
    REQUIRE(held);
    directory.approve(*held);
    CHECK(directory.members("c1") == "p6 p7 p8 p9");
}

TEST_CASE("approving leaves out what does not stand as it did") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    const auto held = directory.import(school("full", nine_but("12345")));
    REQUIRE(held);
    directory.sql().execute("update directory_membership set role = 'teacher' where user_id in "
                            "(select id from directory_user where external_id = 'p2')");
    directory.sql().execute("delete from directory_membership where user_id in "
                            "(select id from directory_user where external_id = 'p3')");
    CHECK(directory.approve(*held) == 2);
    CHECK(directory.members("c1") == "p2 p6 p7 p8 p9");
}

TEST_CASE("deleted persons and courses are held and approved whole") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    const auto held = directory.import(school("full", R"("users": [], "instances": [], "memberships": [])"));
    REQUIRE(held);
    CHECK(directory.members("c1") == "p1 p2 p3 p4 p5 p6 p7 p8 p9");
    CHECK(directory.approve(*held) == 0);
    CHECK(directory.members("c1").empty());
    CHECK(directory.plan(school("full", R"("users": [], "instances": [], "memberships": [])")).empty());
}

TEST_CASE("who decided what, when and why is kept, and the changes are not") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    const auto held = directory.import(school("full", nine_but("12345")));
    REQUIRE(held);
    roster::decide(directory.sql(), *held, {roster::held_decision::discarded, "ann", "cut off", 77});
    CHECK(roster::list_held(directory.sql()).empty());
    CHECK(directory.members("c1") == "p1 p2 p3 p4 p5 p6 p7 p8 p9");
    const auto row = directory.sql().first<std::string, std::string, std::string, std::int64_t, std::string>(
        "select decision, decided_by, reason, decided_at, changes from roster_held");
    CHECK(row == std::tuple<std::string, std::string, std::string, std::int64_t, std::string>("discarded", "ann",
                                                                                              "cut off", 77, ""));
    CHECK(refusal([&] { roster::decide(directory.sql(), *held, {}); }).starts_with("ROSTER_HELD_UNKNOWN: "));
    CHECK(
        refusal([&] { roster::find_held(directory.sql(), roster::held_id{99}); }).starts_with("ROSTER_HELD_UNKNOWN: "));
}

TEST_CASE("within a pause removals are held up to its end, and go with the first import after it") {
    test::imported_directory directory;
    directory.import(school("full", nine_but("")));
    directory.paused_until = 5000;
    REQUIRE(directory.import(school("full", nine_but("1"))));
    const auto all = roster::list_held(directory.sql());
    REQUIRE(all.size() == 1);
    CHECK(all[0].because == "pause");
    CHECK(all[0].until == 5000);
    directory.paused_until.reset();
    CHECK_FALSE(directory.import(school("full", nine_but("1"))));
    CHECK(directory.members("c1") == "p2 p3 p4 p5 p6 p7 p8 p9");
    CHECK(roster::list_held(directory.sql()).empty());
}

TEST_CASE("what is approved is compared with a directory that nobody else can change meanwhile") {
    test::test_database database;
    store::migrate(*database, directory::migrations());
    store::migrate(*database, roster::migrations());
    const auto other = database->borrow();
    // Whoever waits for the lock gives up at once.
    const bool sqlite = database->dialect() == store::dialect::sqlite;
    if (sqlite) other->query<std::int64_t>("pragma busy_timeout = 0");
    const std::string change = sqlite ? "update directory_revision set revision = revision + 1 returning revision"
                                      : "select revision from directory_revision for update nowait";
    database->transact([&](store::connection& on) {
        CHECK(refusal([&] { roster::approve(on, roster::held_id{1}); }).starts_with("ROSTER_HELD_UNKNOWN: "));
        CHECK(refusal([&] { other->query<std::int64_t>(change); }).starts_with("STORE_"));
    });
}
