#include "imported_directory.hpp"
#include "roster/oneroster.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::lines;
using test::problems_of;

namespace {

roster::reading with_guests() {
    roster::reading how;
    how.guests = {"guest"};
    return how;
}

roster::roster read(const std::string& role, const std::string& scope = "full") {
    return roster::read_document(
        R"({"format": "commhost-roster", "version": 1, "component": "school", "scope": ")" + scope +
            R"(", "users": [{"id": "p1", "username": "p1"}], "instances": [{"id": "c", "name": "Chemistry"}],
               "memberships": [{"instance": "c", "user": "p1", "role": ")" +
            role + R"("}]})",
        "r.json", with_guests());
}

}  // namespace

TEST_CASE("a role that stands for a guest puts nobody into a room, and is counted and no unknown role") {
    test::imported_directory directory;
    const auto plan = directory.plan(read("Guest"));
    CHECK(plan.guests == 1);
    CHECK(plan.problems.kept().empty());
    CHECK(plan.memberships == roster::change_counts{});
    directory.apply(plan);
    CHECK(directory.members("c").empty());
}

TEST_CASE("who becomes a guest leaves, in a partial roster too") {
    for (const std::string scope : {"full", "partial"}) {
        CAPTURE(scope);
        test::imported_directory directory;
        directory.import(read("student"));
        CHECK(directory.members("c") == "p1");
        directory.import(read("guest", scope));
        CHECK(directory.members("c").empty());
    }
}

TEST_CASE("an enrolment of OneRoster can be a guest's") {
    auto package = test::small_package();
    package.files["enrollments.csv"] += "e3,,c1,u2,guest,,\n";
    const auto read = roster::read_oneroster(package, with_guests());
    CHECK(read.guests == 1);
    CHECK(problems_of(read.problems) == lines{});
    REQUIRE(read.memberships.size() == 3);
    CHECK(read.memberships[2].removed);
}
