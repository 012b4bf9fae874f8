#include "directory/user.hpp"

#include "directory_fixture.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace commhost;
using namespace commhost::test;

TEST_CASE("what a plugin sees of people comes with one statement, by rising number") {
    directory_fixture directory;
    const std::array ids{directory.user("u3").id, directory::user_id{999}, directory.user("u1").id};
    const auto before = directory.sql().statements();
    const auto people = directory::people(directory.sql(), ids);
    CHECK(directory.sql().statements() == before + 1);
    REQUIRE(people.size() == 2);
    CHECK(people[0].user == directory.user("u1").id);
    CHECK(people[0].username == "u1.login");
    CHECK(people[0].display_name == "Name of u1");
    CHECK(people[0].given_name == "Given");
    CHECK(people[0].family_name == "Family");
    CHECK(people[0].email == "u1@school.example");
    CHECK(people[1].user == directory.user("u3").id);
}

TEST_CASE("a user is found by number and by external id") {
    directory_fixture directory;
    CHECK(directory::find_user(directory.sql(), directory.user("u2").id)->record.external_id == "u2");
    CHECK_FALSE(directory::find_user(directory.sql(), "U2").has_value());
    CHECK_FALSE(directory::find_user(directory.sql(), directory::user_id{999}).has_value());
}

TEST_CASE("each status of a user has a word") {
    CHECK(directory::to_string(directory::user_status::active) == "active");
    CHECK(directory::to_string(directory::user_status::suspended) == "suspended");
    CHECK(directory::to_string(directory::user_status::deleted) == "deleted");
}
