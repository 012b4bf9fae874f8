#include "directory/by_hand.hpp"

#include "directory/codes.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace commhost;
using namespace commhost::test;
using core_communication::member;
using core_communication::room_role;

namespace {

directory::instance_record staff(const std::string& name) {
    return {{"commhost", "room", "staff"},      std::nullopt, name,        "",
            directory::instance_status::active, std::nullopt, std::nullopt};
}

template <class Work>
std::string code_of(Work&& work) {
    try {
        work();
    } catch (const message::error& failed) {
        return std::string(failed.code().id());
    }
    return "nothing was thrown";
}

}  // namespace

TEST_CASE("an instance made by hand is changed and deleted by hand, and comes back under its id") {
    directory_fixture directory;
    const auto id = directory::create_by_hand(directory.sql(), staff("Staff"), std::nullopt, 1);
    directory::update_by_hand(directory.sql(), staff("All staff"), std::nullopt, 2);
    CHECK(directory::find_instance(directory.sql(), id).value().name == "All staff");
    directory::delete_by_hand(directory.sql(), staff("").key, 3);
    CHECK(directory::find_instance(directory.sql(), id).value().status == directory::instance_status::deleted);
    CHECK(directory::create_by_hand(directory.sql(), staff("Staff"), std::nullopt, 4) == id);
    CHECK(directory::find_instance(directory.sql(), id).value().status == directory::instance_status::active);
}

TEST_CASE("an instance of a roster is neither made, changed nor deleted by hand") {
    directory_fixture directory;
    auto physics = course_named("c1", "Mine");
    CHECK(code_of([&] { directory::create_by_hand(directory.sql(), physics, std::nullopt, 1); }) == "DIRECTORY_EXISTS");
    CHECK(code_of([&] { directory::update_by_hand(directory.sql(), physics, std::nullopt, 1); }) ==
          "DIRECTORY_OF_ROSTER");
    CHECK(code_of([&] { directory::delete_by_hand(directory.sql(), physics.key, 1); }) == "DIRECTORY_OF_ROSTER");
    CHECK(code_of([&] { directory::delete_by_hand(directory.sql(), course("c9"), 1); }) == "DIRECTORY_INSTANCE");
    CHECK(directory::find_instance(directory.sql(), course("c1")).value().name == "Physics");
}

TEST_CASE("a member by hand stays when the roster lets go, and the roster's stays when the one by hand goes") {
    directory_fixture directory;
    const auto course_1 = directory::find_instance(directory.sql(), course("c1")).value();
    const auto somebody = directory.user("u1");
    directory::set_member_by_hand(directory.sql(), course_1, somebody, room_role::moderator, std::nullopt, 1);
    directory::set_member_by_hand(directory.sql(), course_1, somebody, room_role::owner, std::nullopt, 2);
    auto changes = changes_of("sis");
    changes.memberships.deleted = {enrolment("c1", "u1", "e1").key};
    directory.apply(changes);
    CHECK(directory.members("c1").front() == member{somebody.id, room_role::owner});
    CHECK(directory::remove_member_by_hand(directory.sql(), course_1, somebody, 3));
    CHECK(directory.members("c1") == std::vector<member>{{directory.user("u2").id, room_role::member}});
    CHECK_FALSE(directory::remove_member_by_hand(directory.sql(), course_1, directory.user("u2"), 4));
    CHECK(directory.members("c1").size() == 1);
}

TEST_CASE("a membership by hand ends when it was said to") {
    directory_fixture directory;
    const auto course_2 = directory::find_instance(directory.sql(), course("c2")).value();
    directory::set_member_by_hand(directory.sql(), course_2, directory.user("u1"), room_role::member, 4000, 1);
    CHECK(directory.members("c2", 3999).size() == 2);
    CHECK(directory.members("c2", 4000).size() == 1);
}

TEST_CASE("who is wanted by one source alone") {
    directory_fixture directory;
    const auto course_1 = directory::find_instance(directory.sql(), course("c1")).value();
    directory::set_member_by_hand(directory.sql(), course_1, directory.user("u1"), room_role::member, std::nullopt, 1);
    directory::set_member_by_hand(directory.sql(), course_1, directory.user("u3"), room_role::member, std::nullopt, 1);
    const auto alone = directory::members_by_one_source(directory.sql(), course_1.id, directory::by_hand_source, 5000);
    CHECK(alone == std::vector<directory::user_id>{directory.user("u3").id});
}
