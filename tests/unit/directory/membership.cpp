#include "directory/membership.hpp"

#include "directory_fixture.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace commhost;
using namespace commhost::test;
using core_communication::member;
using core_communication::room_role;

namespace {

directory::membership_record dated(const std::string& user, std::optional<store::milliseconds_utc> begins,
                                   std::optional<store::milliseconds_utc> ends) {
    auto record = enrolment("c2", user, "dated-" + user);
    record.begins = begins;
    record.ends = ends;
    return record;
}

}  // namespace

TEST_CASE("a membership counts from its beginning up to its end") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.memberships.inserted = {dated("u1", 100, 200)};
    changes.memberships.deleted = {enrolment("c2", "u3", "e3").key};
    directory.apply(changes);
    CHECK(directory.members("c2", 99).empty());
    CHECK(directory.members("c2", 100).size() == 1);
    CHECK(directory.members("c2", 199).size() == 1);
    CHECK(directory.members("c2", 200).empty());
}

TEST_CASE("somebody with several roles has the highest of those in force") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.memberships.inserted = {enrolment("c1", "u1", "e8", room_role::owner),
                                    enrolment("c1", "u1", "e9", room_role::moderator)};
    changes.memberships.inserted[0].ends = 200;
    directory.apply(changes);
    CHECK(directory.members("c1", 100) == std::vector<member>{{directory.user("u1").id, room_role::owner},
                                                              {directory.user("u2").id, room_role::member}});
    CHECK(directory.members("c1", 200) == std::vector<member>{{directory.user("u1").id, room_role::moderator},
                                                              {directory.user("u2").id, room_role::member}});
}

TEST_CASE("a suspended membership and a suspended user do not count") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.memberships.updated = {enrolment("c1", "u1", "e1")};
    changes.memberships.updated[0].status = directory::membership_status::suspended;
    auto suspended = person("u3");
    suspended.status = directory::user_status::suspended;
    changes.users.updated = {suspended};
    directory.apply(changes);
    CHECK(directory.members("c1") == std::vector<member>{{directory.user("u2").id, room_role::member}});
    CHECK(directory.members("c2").empty());
}

TEST_CASE("the next date is the first at which a membership of the instance begins or ends") {
    directory_fixture directory;
    CHECK(directory::next_date(directory.sql(), directory.instance("c2"), 0) == std::nullopt);
    auto changes = changes_of("sis");
    changes.memberships.inserted = {dated("u1", 100, 400), dated("u2", 300, std::nullopt)};
    directory.apply(changes);
    const auto id = directory.instance("c2");
    CHECK(directory::next_date(directory.sql(), id, 0) == 100);
    CHECK(directory::next_date(directory.sql(), id, 100) == 300);
    CHECK(directory::next_date(directory.sql(), id, 300) == 400);
    CHECK(directory::next_date(directory.sql(), id, 400) == std::nullopt);
}

TEST_CASE("all memberships of an instance are listed with their source and the source's words") {
    directory_fixture directory;
    auto changes = changes_of("clubs");
    changes.memberships.inserted = {enrolment("c2", "u1", "", room_role::moderator)};
    changes.memberships.inserted[0].role = "captain";
    changes.memberships.inserted[0].begins = 7;
    changes.memberships.inserted[0].status = directory::membership_status::suspended;
    directory.apply(changes);
    const auto found = directory::memberships_of(directory.sql(), directory.instance("c2"));
    REQUIRE(found.size() == 2);
    CHECK(found[0].user == directory.user("u1").id);
    CHECK(found[0].source == "clubs");
    CHECK(found[0].role == "captain");
    CHECK(found[0].room_role == room_role::moderator);
    CHECK(found[0].begins == 7);
    CHECK(found[0].ends == std::nullopt);
    CHECK(found[0].status == directory::membership_status::suspended);
    CHECK(found[1].source == "sis");
    CHECK(found[1].reference == "e3");
}

TEST_CASE("each room role and membership status has a word") {
    CHECK(directory::to_string(room_role::member) == "member");
    CHECK(directory::to_string(room_role::moderator) == "moderator");
    CHECK(directory::to_string(room_role::owner) == "owner");
    CHECK(directory::to_string(directory::membership_status::active) == "active");
    CHECK(directory::to_string(directory::membership_status::suspended) == "suspended");
}

TEST_CASE("who would be in no room if the groups had them is in no group, nor entitled to all") {
    directory_fixture directory;
    const auto course = directory.instance("c1");
    CHECK_FALSE(directory::has_groups(directory.sql(), course));
    auto changes = changes_of("sis");
    auto group = test::course_named("g1", "Group");
    group.parent = test::course("c1");
    changes.instances.inserted = {group};
    changes.users.inserted = {test::person("u4"), test::person("u5")};
    changes.memberships.inserted = {enrolment("c1", "u3", "", room_role::moderator), enrolment("g1", "u1"),
                                    enrolment("c1", "u4"), enrolment("c1", "u5")};
    changes.memberships.inserted.back().status = directory::membership_status::suspended;
    directory.apply(changes);
    CHECK(directory::has_groups(directory.sql(), course));
    const auto u2 = directory.user("u2").id;
    const auto u4 = directory.user("u4").id;
    CHECK(directory::members_without_group(directory.sql(), course, 5000) == std::vector{u2, u4});
    changes = changes_of("sis");
    auto merged = test::person("u4");
    merged.merged_into = "u1";
    group.status = directory::instance_status::active;
    changes.users.updated = {merged};
    directory.apply(changes);
    CHECK(directory::members_without_group(directory.sql(), course, 5000) == std::vector{u2});
    changes = changes_of("sis");
    group.provider = std::string(directory::no_provider);
    changes.instances.updated = {group};
    directory.apply(changes);
    CHECK(directory::members_without_group(directory.sql(), course, 5000).size() == 3);
    group.provider = "matrix";
    changes.instances.updated = {group};
    directory.apply(changes);
    CHECK(directory::members_without_group(directory.sql(), course, 5000) == std::vector{u2});
    changes = changes_of("sis");
    group.status = directory::instance_status::hidden;
    changes.instances.updated = {group};
    directory.apply(changes);
    CHECK(directory::members_without_group(directory.sql(), course, 5000).size() == 3);
}
