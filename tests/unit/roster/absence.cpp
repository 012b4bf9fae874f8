#include "roster/absence.hpp"

#include "imported_directory.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::school;

namespace {

const std::string everybody = R"("users": [{"id": "p1", "username": "a"}, {"id": "p2", "username": "b"}])";
const std::string course = R"(, "instances": [{"id": "c1", "name": "Physics"}])";
const std::string both = R"(, "memberships": [{"instance": "c1", "user": "p1", "role": "student"},
                                              {"instance": "c1", "user": "p2", "role": "student"}])";
const std::string one = R"(, "memberships": [{"instance": "c1", "user": "p1", "role": "student"}])";

}  // namespace

TEST_CASE("missed once is gone, unless something else is wanted") {
    CHECK_FALSE(roster::missed_again({}, {}, 5));
    CHECK(roster::missed_again({}, {2, {}}, 5) == directory::absence{1, 5});
    CHECK_FALSE(roster::missed_again({1, 5}, {2, {}}, 9));
}

TEST_CASE("with a time alone the number of reads does not matter") {
    const roster::absence_rules rules{std::nullopt, std::chrono::milliseconds(100)};
    CHECK(roster::missed_again({7, 5}, rules, 104) == directory::absence{8, 5});
    CHECK_FALSE(roster::missed_again({1, 5}, rules, 105));
}

TEST_CASE("of a number and a time the first that holds counts") {
    const roster::absence_rules rules{3, std::chrono::milliseconds(100)};
    CHECK(roster::missed_again({1, 5}, rules, 10) == directory::absence{2, 5});
    CHECK_FALSE(roster::missed_again({2, 5}, rules, 10));
    CHECK_FALSE(roster::missed_again({1, 5}, rules, 105));
}

TEST_CASE("the same read again counts no further, but the time does") {
    const roster::absence_rules rules{3, std::chrono::milliseconds(100)};
    CHECK(roster::missed_again({2, 5}, rules, 10, true) == directory::absence{2, 5});
    CHECK_FALSE(roster::missed_again({2, 5}, rules, 105, true));
    CHECK(roster::missed_again({}, rules, 10, true) == directory::absence{1, 10});
}

TEST_CASE("whom a full roster does not name any more leaves with the third read that does not") {
    test::imported_directory directory;
    directory.absent.after_reads = 3;
    directory.import(school("full", everybody + course + both));
    for (int read = 1; read <= 2; ++read) {
        CAPTURE(read);
        const auto plan = directory.plan(school("full", everybody + course + one));
        CHECK(plan.memberships.removed == 0);
        CHECK_FALSE(plan.empty());
        directory.apply(plan);
        CHECK(directory.members("c1") == "p1 p2");
    }
    directory.import(school("full", everybody + course + one));
    CHECK(directory.members("c1") == "p1");
}

TEST_CASE("who is named again begins anew") {
    test::imported_directory directory;
    directory.absent.after_reads = 2;
    directory.import(school("full", everybody + course + both));
    directory.import(school("full", everybody + course + one));
    directory.import(school("full", everybody + course + both));
    CHECK(directory.plan(school("full", everybody + course + both)).empty());
    directory.import(school("full", everybody + course + one));
    CHECK(directory.members("c1") == "p1 p2");
    directory.import(school("full", everybody + course + one));
    CHECK(directory.members("c1") == "p1");
}

TEST_CASE("persons and courses that are not named are missed in the same way") {
    test::imported_directory directory;
    directory.absent.after_reads = 2;
    directory.import(school("full", everybody + course + both));
    const std::string nothing = R"("users": [{"id": "p1", "username": "a"}], "instances": [], "memberships": [])";
    directory.import(school("full", nothing));
    CHECK(directory.members("c1") == "p1 p2");
    const auto second = directory.plan(school("full", nothing));
    CHECK(second.users.removed == 1);
    CHECK(second.instances.removed == 1);
    CHECK(second.memberships.removed == 2);
}

TEST_CASE("what is named as removed goes at once") {
    test::imported_directory directory;
    directory.absent.after_reads = 5;
    directory.import(school("full", everybody + course + both));
    directory.import(
        school("full", everybody + course + R"(, "memberships": [{"instance": "c1", "user": "p1", "role": "student"},
        {"instance": "c1", "user": "p2", "status": "deleted"}])"));
    CHECK(directory.members("c1") == "p1");
}

TEST_CASE("a membership whose id moved to another course is no absence") {
    test::imported_directory directory;
    directory.absent.after_reads = 5;
    const std::string two = R"(, "instances": [{"id": "c1", "name": "Physics"}, {"id": "c2", "name": "Music"}])";
    const auto in = [&](const std::string& id) {
        return school("full", everybody + two + R"(, "memberships": [{"id": "m1", "instance": ")" + id +
                                  R"(", "user": "p1", "role": "student"}])");
    };
    directory.import(in("c1"));
    directory.import(in("c2"));
    CHECK(directory.members("c1").empty());
    CHECK(directory.members("c2") == "p1");
}

TEST_CASE("a partial roster says nothing about absence") {
    test::imported_directory directory;
    directory.absent.after_reads = 2;
    directory.import(school("full", everybody + course + both));
    directory.import(school("full", everybody + course + one));
    directory.import(school("partial", R"("users": [])"));
    CHECK(directory.members("c1") == "p1 p2");
    CHECK(directory.plan(school("partial", R"("users": [])")).empty());
}

TEST_CASE("a file that is read again proves nothing new, and leaves nothing to change") {
    test::imported_directory directory;
    directory.absent.after_reads = 2;
    const auto first = school("full", everybody + course + both);
    const auto second = school("full", everybody + course + one);
    directory.import(first, "monday");
    directory.import(second, "tuesday");
    CHECK(directory.plan(second, "tuesday").empty());
    directory.import(second, "tuesday");
    CHECK(directory.members("c1") == "p1 p2");
    directory.import(second, "wednesday");
    CHECK(directory.members("c1") == "p1");
}

TEST_CASE("a file of which another was read in between counts again") {
    test::imported_directory directory;
    directory.absent.after_reads = 3;
    const auto missing = school("full", everybody + course + one);
    directory.import(school("full", everybody + course + both), "monday");
    directory.import(missing, "tuesday");
    directory.import(missing, "wednesday");
    directory.import(missing, "tuesday");
    CHECK(directory.members("c1") == "p1");
}

TEST_CASE("a partial roster is no complete read") {
    test::imported_directory directory;
    directory.absent.after_reads = 2;
    directory.import(school("full", everybody + course + both), "monday");
    directory.import(school("full", everybody + course + one), "tuesday");
    directory.import(school("partial", R"("users": [])"), "delta");
    directory.import(school("full", everybody + course + one), "tuesday");
    CHECK(directory.members("c1") == "p1 p2");
}

TEST_CASE("persons and courses of the same read wait as their memberships do") {
    test::imported_directory directory;
    directory.absent.after_reads = 2;
    const auto nothing =
        school("full", R"("users": [{"id": "p1", "username": "a"}], "instances": [], "memberships": [])");
    directory.import(school("full", everybody + course + both), "monday");
    directory.import(nothing, "tuesday");
    CHECK(directory.plan(nothing, "tuesday").empty());
    CHECK(directory.plan(nothing, "wednesday").instances.removed == 1);
}

TEST_CASE("an import that is taken back is no read any more, and the one before it is the last again") {
    test::imported_directory directory;
    directory.absent.after_reads = 3;
    const auto missing = school("full", everybody + course + one);
    directory.import(school("full", everybody + course + both), "monday");
    directory.import(missing, "tuesday");
    directory.import(missing, "wednesday");
    directory.undo();
    directory.import(missing, "tuesday");
    CHECK(directory.plan(missing, "tuesday").empty());
    CHECK(roster::last_complete_read(directory.sql(), "default") == "tuesday");
    directory.import(missing, "wednesday");
    directory.undo();
    directory.undo();
    CHECK(roster::last_complete_read(directory.sql(), "default") == "wednesday");
    CHECK(directory.plan(missing, "wednesday").empty());
    directory.import(missing, "thursday");
    CHECK(directory.members("c1") == "p1");
}

TEST_CASE("taken back, the first import leaves no read") {
    test::imported_directory directory;
    directory.import(school("full", everybody + course + both), "monday");
    directory.undo();
    CHECK_FALSE(roster::last_complete_read(directory.sql(), "default"));
}
