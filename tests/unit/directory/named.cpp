#include "directory/named.hpp"

#include "directory_fixture.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace commhost;
using namespace commhost::test;

TEST_CASE("rows are found by their names, and names of nothing are passed over") {
    directory_fixture directory;
    const auto users = directory::users_named(directory.sql(), {"u1", "u3", "nobody"});
    CHECK(users.size() == 2);
    CHECK(users.at("u3").record == person("u3"));
    CHECK(users.at("u1").id == directory.user("u1").id);

    const auto instances = directory::instances_named(directory.sql(), {course("c2"), course("none")});
    CHECK(instances.size() == 1);
    CHECK(instances.at(course("c2")).name == "Music");

    const directory::membership_key first{course("c1"), "u1", "e1"};
    const directory::membership_key unknown{course("c1"), "u1", "e9"};
    const auto memberships = directory::memberships_named(directory.sql(), "sis", {first, unknown});
    CHECK(memberships.size() == 1);
    CHECK(memberships.at(first) == enrolment("c1", "u1", "e1"));
    CHECK(directory::memberships_named(directory.sql(), "another source", {first}).empty());
}

TEST_CASE("ten thousand names are three statements, and none is none") {
    directory_fixture directory;
    std::set<std::string> names;
    for (int number = 0; number < 10'000; ++number) names.insert("u" + std::to_string(number));
    auto before = directory.sql().statements();
    CHECK(directory::users_named(directory.sql(), names).size() == 3);
    CHECK(directory.sql().statements() == before + 3);
    before = directory.sql().statements();
    CHECK(directory::users_named(directory.sql(), {}).empty());
    CHECK(directory.sql().statements() == before);
}
