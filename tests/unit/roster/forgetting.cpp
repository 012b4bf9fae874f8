#include "roster/forgetting.hpp"

#include "imported_directory.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::refusal;
using test::school;

namespace {

std::string people(const std::string& list) {
    return R"("users": [)" + list + R"(], "instances": [{"id": "c1", "name": "Physics"}], "memberships": [])";
}

}  // namespace

TEST_CASE("what takes back an import goes when it names a person who is to be forgotten, and stays otherwise") {
    test::imported_directory directory;
    directory.import(school("full", people(R"({"id": "p_1", "username": "ada"}, {"id": "px1", "username": "bob"})")));
    directory.import(school("full", people(R"({"id": "p_1", "username": "ada.l"}, {"id": "px1", "username": "bob"})")));
    roster::forget_person(directory.sql(), "px1");
    CHECK(roster::find_undo(directory.sql(), "default").changes.users.updated.size() == 1);
    roster::forget_person(directory.sql(), "p_1");
    CHECK(refusal([&] { roster::find_undo(directory.sql(), "default"); }).starts_with("ROSTER_UNDO_NOTHING"));
}

TEST_CASE(
    "held removals that name a person who is to be forgotten are held no more, and are again after the next import") {
    test::imported_directory directory;
    directory.paused_until = 99'000;
    const auto both = people(R"({"id": "p1", "username": "ada"}, {"id": "p2", "username": "bob"})");
    const auto with = [&](const std::string& memberships) {
        auto rest = both;
        rest.replace(rest.find("[]"), 2, "[" + memberships + "]");
        return school("full", rest);
    };
    const std::string ada = R"({"instance": "c1", "user": "p1", "role": "student"})";
    const std::string bob = R"({"instance": "c1", "user": "p2", "role": "student"})";
    directory.import(with(ada + ", " + bob));
    REQUIRE(directory.import(with(ada)).has_value());
    roster::forget_person(directory.sql(), "p1");
    CHECK(roster::list_held(directory.sql()).size() == 1);
    roster::forget_person(directory.sql(), "p2");
    CHECK(roster::list_held(directory.sql()).empty());
    CHECK(directory.import(with(ada)).has_value());
    CHECK(directory.members("c1") == "p1 p2");
}
