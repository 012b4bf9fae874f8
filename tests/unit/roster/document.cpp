#include "roster/document.hpp"

#include "roster/date.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>

using namespace commhost;
using core_communication::room_role;
using roster::scope;
using test::lines;
using test::problems_of;
using test::refusal;

namespace {

const std::string head = R"({"format": "commhost-roster", "version": 1, "scope": "full", "component": "school", )";

roster::roster read(const std::string& rest) { return roster::read_document(head + rest + "}", "r.json"); }

}  // namespace

TEST_CASE("the sample document says what its reader understands") {
    const auto sample = roster::read_document(test::whole_file(test::fixtures / "roster/sample.json"), "sample.json");
    CHECK(problems_of(sample.problems).empty());
    CHECK(sample.users_scope == scope::full);
    REQUIRE(sample.users.size() == 4);
    CHECK(sample.users[0].record.display_name == "Ada Lovelace");
    CHECK(sample.users[1].record.display_name == "Amazing Grace");
    CHECK(sample.users[2].record.status == directory::user_status::suspended);
    REQUIRE(sample.instances.size() == 4);
    CHECK(sample.instances[0].record.key == directory::instance_key{"school", "course", "c-1"});
    CHECK(sample.instances[0].record.provider == "matrix");
    CHECK(sample.instances[0].record.settings == R"({"topic":"Ask here first"})");
    CHECK(sample.instances[2].record.key == directory::instance_key{"school", "group", "c-1-b"});
    CHECK(sample.instances[2].record.parent == sample.instances[0].record.key);
    CHECK(sample.instances[2].record.provider == std::nullopt);
    CHECK(sample.where(sample.instances[2].from).text() == "sample.json#/instances/0/groups/1");
    REQUIRE(sample.memberships.size() == 7);
    CHECK(sample.memberships[0].record.room_role == room_role::moderator);
    CHECK(sample.memberships[1].record.ends == roster::parse_date("2027-07-01"));
    CHECK(sample.memberships[2].record.status == directory::membership_status::suspended);
    CHECK(sample.memberships[4].record.room_role == room_role::owner);
    CHECK(sample.memberships[5].record.key.reference == "m-1");
    CHECK(sample.memberships[5].record.begins == roster::parse_date("2026-09-01T06:00:00Z"));
}

TEST_CASE("what the schema's good documents say is read") {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(test::fixtures / "roster/good")) {
        CAPTURE(file.path());
        CHECK(refusal([&] { roster::read_document(test::whole_file(file.path()), "r.json"); }) == "");
        ++count;
    }
    CHECK(count > 3);
}

TEST_CASE("what the schema refuses is refused, with a place") {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(test::fixtures / "roster/bad")) {
        CAPTURE(file.path());
        const auto message = refusal([&] { roster::read_document(test::whole_file(file.path()), "r.json"); });
        CHECK(message.starts_with("ROSTER_JSON_"));
        CHECK(message.find(": r.json#") != std::string::npos);
        ++count;
    }
    CHECK(count > 20);
}

TEST_CASE("a refusal points at the value") {
    CHECK(refusal([] { read(R"("users": [{"id": "a", "username": "a"}, {"id": "b", "username": 7}])"); }) ==
          "ROSTER_JSON_VALUE: r.json#/users/1/username: here must be a text.");
    CHECK(refusal([] {
              read(R"("instances": [{"id": "c", "name": "C", "groups": [{"id": "g", "name": "G", "a/b": 1}]}])");
          }) == "ROSTER_JSON_FIELD: r.json#/instances/0/groups/0/a~1b: there is no field 'a/b' in a roster.");
}

TEST_CASE("a list that is not there says nothing, an empty one that nobody is left") {
    const auto some = read(R"("users": [])");
    CHECK(some.users_scope == scope::full);
    CHECK(some.memberships_scope == scope::partial);
}

TEST_CASE("an id that is there twice is left out the second time, and the rest is used") {
    const auto doubled = read(R"("users": [{"id": "a", "username": "a"}, {"id": "a", "username": "b"},
                                           {"id": "c", "username": "a"}],
                                 "instances": [{"id": "c", "name": "C", "groups": [{"type": "course", "id": "c", "name": "D"}]}],
                                 "memberships": [{"instance": "c", "user": "a", "role": "student"},
                                                 {"instance": "c", "user": "a", "role": "teacher"},
                                                 {"id": "m", "instance": "c", "user": "a", "role": "student"},
                                                 {"id": "m", "instance": "c", "user": "b", "role": "student"}])");
    CHECK(problems_of(doubled.problems) ==
          lines{"ROSTER_TWICE r.json#/users/1", "ROSTER_USERNAME_TWICE r.json#/users/2",
                "ROSTER_TWICE r.json#/instances/0/groups/0", "ROSTER_TWICE r.json#/memberships/1",
                "ROSTER_TWICE r.json#/memberships/3"});
    CHECK(doubled.users.size() == 1);
    CHECK(doubled.instances.size() == 1);
    CHECK(doubled.memberships.size() == 2);
}

TEST_CASE("a role that is not known gets the least and is noted") {
    const auto unknown = read(R"("memberships": [{"instance": "c", "user": "a", "role": "Mascot"},
                                                 {"instance": "d", "user": "a", "role": "Teacher"}])");
    CHECK(problems_of(unknown.problems) == lines{"ROSTER_ROLE r.json#/memberships/0"});
    CHECK(unknown.memberships[0].record.room_role == room_role::member);
    CHECK(unknown.memberships[0].record.role == "Mascot");
    CHECK(unknown.memberships[1].record.room_role == room_role::moderator);
}

TEST_CASE("dates can be ignored") {
    roster::reading how;
    how.ignore_dates = true;
    const auto sample =
        roster::read_document(test::whole_file(test::fixtures / "roster/sample.json"), "sample.json", how);
    CHECK(sample.memberships[1].record.ends == std::nullopt);
}
