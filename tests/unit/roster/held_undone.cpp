#include "imported_directory.hpp"
#include "roster/held.hpp"
#include "roster/undo.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::school;

namespace {

/// A course c1 with nine people, of whom these are removed.
std::string without(const std::string& numbers, const std::string& name = "Physics") {
    std::string users;
    std::string memberships;
    for (char number = '1'; number <= '9'; ++number) {
        const auto id = std::string("p") + number;
        users += (users.empty() ? "" : ", ") + std::string(R"({"id": ")") + id + R"(", "username": ")" + id + "\"}";
        if (numbers.find(number) == std::string::npos)
            memberships += (memberships.empty() ? "" : ", ") + std::string(R"({"instance": "c1", "user": ")") + id +
                           R"(", "role": "student"})";
    }
    return "\"users\": [" + users + R"(], "instances": [{"id": "c1", "name": ")" + name + R"("}], "memberships": [)" +
           memberships + "]";
}

constexpr const char* all_nine = "p1 p2 p3 p4 p5 p6 p7 p8 p9";

}  // namespace

TEST_CASE("an import of which everything was held is the one that an undo takes back: nothing, and what it held") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    REQUIRE(directory.import(school("full", without("123456"))));
    const auto last = roster::find_undo(directory.sql(), "default");
    CHECK(last.changes.empty());
    CHECK(last.cause == "import");
    const auto ended = directory.undo();
    REQUIRE(ended.dropped);
    CHECK(ended.dropped->removals == 6);
    CHECK_FALSE(ended.again);
    CHECK(directory.members("c1") == all_nine);
    CHECK(roster::list_held(directory.sql()).empty());
}

TEST_CASE("an undo drops what the import had held besides what it had applied") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    REQUIRE(directory.import(school("full", without("123456", "Chemistry"))));
    directory.undo();
    CHECK(roster::list_held(directory.sql()).empty());
    CHECK(directory.plan(school("full", without(""))).empty());
}

TEST_CASE("what was held before the import waits again") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    const auto first = directory.import(school("full", without("123456")));
    REQUIRE(first);
    // A delta that carries it on, and one that drops it.
    REQUIRE(directory.import(school("partial", R"("users": [{"id": "q1", "username": "q1"}])")));
    auto ended = directory.undo();
    REQUIRE(ended.again);
    CHECK(ended.again->id == *first);
    REQUIRE_FALSE(directory.import(school("full", without(""))));
    CHECK(roster::list_held(directory.sql()).empty());
}

TEST_CASE("an import with everybody in it that drops what was held is taken back with that") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    const auto first = directory.import(school("full", without("123456")));
    directory.import(school("full", without("", "Chemistry")));
    CHECK(roster::list_held(directory.sql()).empty());
    directory.undo();
    const auto waiting = roster::list_held(directory.sql());
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].id == *first);
    CHECK(directory.approve(*first) == 0);
    CHECK(directory.members("c1") == "p7 p8 p9");
}

TEST_CASE("an undo of an undo has what was dropped wait again") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    const auto held = directory.import(school("full", without("123456")));
    directory.undo();
    CHECK(roster::find_undo(directory.sql(), "default").cause == "undo import");
    const auto again = directory.undo().again;
    REQUIRE(again);
    CHECK(again->id == *held);
    CHECK(roster::find_undo(directory.sql(), "default").cause == "redo import");
    CHECK(directory.approve(*held) == 0);
    CHECK(directory.members("c1") == "p7 p8 p9");
}

TEST_CASE("undoing an approval puts people back and has nothing wait") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    const auto held = directory.import(school("full", without("123456")));
    directory.approve(*held);
    const auto ended = directory.undo();
    CHECK_FALSE(ended.dropped);
    CHECK_FALSE(ended.again);
    CHECK(directory.members("c1") == all_nine);
}

TEST_CASE("what no undo can have wait again is forgotten") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    directory.import(school("full", without("123456")));
    directory.undo();
    for (const char* who : {"12345", "23456", "34567"}) directory.import(school("full", without(who)));
    CHECK(directory.sql().scalar<std::int64_t>("select count(*) from roster_held where changes <> ''") == 2);
}

TEST_CASE("what was decided is listed with who, when, why and how many, the newest first") {
    test::imported_directory directory;
    directory.import(school("full", without("")));
    const auto discarded = directory.import(school("full", without("123456")));
    roster::decide(directory.sql(), *discarded, {roster::held_decision::discarded, "ann", "cut off", 5000});
    const auto undone = directory.import(school("full", without("12345")));
    directory.now = 6000;
    directory.undo();
    const auto approved = directory.import(school("full", without("1234567")));
    directory.approve(*approved);
    const auto all = roster::list_decided(directory.sql(), 10);
    REQUIRE(all.size() == 3);
    CHECK(all[0].was.id == *approved);
    CHECK(all[0].how.what == roster::held_decision::approved);
    CHECK(all[1].was.id == *undone);
    CHECK(all[1].how.what == roster::held_decision::undone);
    CHECK(all[2].was.id == *discarded);
    CHECK(all[2].was.removals == 6);
    CHECK(all[2].how.what == roster::held_decision::discarded);
    CHECK(all[2].how.by == "ann");
    CHECK(all[2].how.reason == "cut off");
    CHECK(all[2].how.at == 5000);
    CHECK(roster::list_decided(directory.sql(), 1).size() == 1);
}

TEST_CASE("what an import had added, changed and removed is counted from what takes it back") {
    test::imported_directory directory;
    directory.import(school("full", R"("users": [{"id": "p1", "username": "a"}, {"id": "p2", "username": "b"}],
        "instances": [{"id": "c1", "name": "Physics"}, {"id": "c2", "name": "Music"}],
        "memberships": [{"instance": "c1", "user": "p1", "role": "teacher"},
                        {"instance": "c2", "user": "p2", "role": "student"}])"));
    directory.import(school("full", R"("users": [{"id": "p1", "username": "ada"}, {"id": "p3", "username": "c"}],
        "instances": [{"id": "c1", "name": "Chemistry"}, {"id": "c3", "name": "Art"}],
        "memberships": [{"instance": "c1", "user": "p1", "role": "student"},
                        {"instance": "c3", "user": "p3", "role": "student"}])"));
    const auto counts = roster::counts_of(roster::find_undo(directory.sql(), "default"), directory.stored());
    CHECK(counts.users == roster::change_counts{1, 1, 1});
    CHECK(counts.instances == roster::change_counts{1, 1, 1});
    CHECK(counts.memberships == roster::change_counts{1, 1, 1});
}
