#include "directory/change_set.hpp"

#include "directory/codes.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using namespace commhost::test;
using directory::instance_status;
using directory::user_status;

TEST_CASE("a first change set makes users, instances and memberships, and touches every instance") {
    directory_fixture directory;
    CHECK(directory.user("u1").record == person("u1"));
    const auto physics = directory::find_instance(directory.sql(), course("c1")).value();
    CHECK(physics.name == "Physics");
    CHECK(physics.provider == "");
    CHECK(physics.settings == "{}");
    CHECK(directory.members("c1").size() == 2);
    auto more = changes_of("sis");
    more.instances.inserted = {course_named("c3", "Art"), course_named("c4", "Greek")};
    const auto touched = directory.apply(more);
    CHECK(touched == instance_ids{directory.instance("c3"), directory.instance("c4")});
}

TEST_CASE("a changed name of an instance touches that instance alone") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.instances.updated = {course_named("c2", "Music and Dance")};
    CHECK(directory.apply(changes) == instance_ids{directory.instance("c2")});
    CHECK(directory::find_instance(directory.sql(), course("c2"))->name == "Music and Dance");
}

TEST_CASE("an added, a changed and a removed membership each touch their instance alone") {
    directory_fixture directory;
    auto added = changes_of("sis");
    added.memberships.inserted = {enrolment("c2", "u1", "e4")};
    CHECK(directory.apply(added) == instance_ids{directory.instance("c2")});
    auto changed = changes_of("sis");
    changed.memberships.updated = {enrolment("c1", "u1", "e1", core_communication::room_role::moderator)};
    CHECK(directory.apply(changed) == instance_ids{directory.instance("c1")});
    auto removed = changes_of("sis");
    removed.memberships.deleted = {enrolment("c2", "u3", "e3").key};
    CHECK(directory.apply(removed) == instance_ids{directory.instance("c2")});
    CHECK(directory.members("c2") ==
          std::vector<core_communication::member>{{directory.user("u1").id, core_communication::room_role::member}});
}

TEST_CASE("a changed user touches exactly the instances the user is in") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.users.updated = {person("u3", "New Name")};
    CHECK(directory.apply(changes) == instance_ids{directory.instance("c2")});
    CHECK(directory.user("u3").record.display_name == "New Name");
}

TEST_CASE("a new user in no instance touches nothing") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.users.inserted = {person("u9")};
    CHECK(directory.apply(changes).empty());
}

TEST_CASE("a deleted user keeps the record, is marked deleted and is in no room") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.users.deleted = {"u1"};
    CHECK(directory.apply(changes) == instance_ids{directory.instance("c1")});
    CHECK(directory.user("u1").record.status == user_status::deleted);
    CHECK(directory.members("c1").size() == 1);
}

TEST_CASE("a deleted instance is marked deleted, and comes back with its number") {
    directory_fixture directory;
    const auto id = directory.instance("c1");
    auto changes = changes_of("sis");
    changes.instances.deleted = {course("c1")};
    CHECK(directory.apply(changes) == instance_ids{id});
    CHECK(directory::find_instance(directory.sql(), id)->status == instance_status::deleted);
    auto again = changes_of("sis");
    again.instances.updated = {course_named("c1", "Physics")};
    CHECK(directory.apply(again) == instance_ids{id});
    CHECK(directory::find_instance(directory.sql(), id)->status == instance_status::active);
}

TEST_CASE("what two sources name is deleted when the last of them lets it go") {
    directory_fixture directory;
    auto library = changes_of("library");
    library.claimed_users = {"u1"};
    library.claimed_instances = {course("c1")};
    CHECK(directory.apply(library).empty());

    auto gone = changes_of("sis");
    gone.users.deleted = {"u1"};
    gone.instances.deleted = {course("c1")};
    CHECK(directory.apply(gone).empty());
    CHECK(directory.user("u1").record.status == user_status::active);
    CHECK(directory::find_instance(directory.sql(), course("c1"))->status == instance_status::active);

    auto last = changes_of("library");
    last.users.deleted = {"u1"};
    last.instances.deleted = {course("c1")};
    CHECK(directory.apply(last) == instance_ids{directory.instance("c1")});
    CHECK(directory.user("u1").record.status == user_status::deleted);
    CHECK(directory::find_instance(directory.sql(), course("c1"))->status == instance_status::deleted);
}

TEST_CASE("a person leaves an instance when the last membership goes, from whichever source") {
    directory_fixture directory;
    auto club = changes_of("clubs");
    club.memberships.inserted = {enrolment("c2", "u3")};
    directory.apply(club);
    auto sis = changes_of("sis");
    sis.memberships.deleted = {enrolment("c2", "u3", "e3").key};
    directory.apply(sis);
    CHECK(directory.members("c2").size() == 1);
    club = changes_of("clubs");
    club.memberships.deleted = {enrolment("c2", "u3").key};
    directory.apply(club);
    CHECK(directory.members("c2").empty());
}

TEST_CASE("a group gets its parent, even where it comes first") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    auto group = course_named("g1", "Group A");
    group.parent = course("c9");
    changes.instances.inserted = {group, course_named("c9", "Latin")};
    directory.apply(changes);
    CHECK(directory::find_instance(directory.sql(), course("g1"))->parent == directory.instance("c9"));
    CHECK(directory::find_instance(directory.sql(), course("c9"))->parent == std::nullopt);
}

TEST_CASE("provider and settings that the source does not name stay as chosen") {
    directory_fixture directory;
    const auto id = directory.instance("c1");
    directory::set_provider(directory.sql(), id, "matrix", 2000);
    directory::set_settings(directory.sql(), id, R"({"topic":"x"})", 2000);
    auto changes = changes_of("sis");
    changes.instances.updated = {course_named("c1", "Physics II")};
    directory.apply(changes);
    auto found = directory::find_instance(directory.sql(), id).value();
    CHECK(found.provider == "matrix");
    CHECK(found.settings == R"({"topic":"x"})");
    changes.instances.updated[0].provider = "";
    changes.instances.updated[0].settings = "{}";
    directory.apply(changes);
    found = directory::find_instance(directory.sql(), id).value();
    CHECK(found.provider == "");
    CHECK(found.settings == "{}");
}

TEST_CASE("a change set for another revision of the directory is refused and changes nothing") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.revision = directory::revision(directory.sql());
    changes.users.updated = {person("u1", "Once")};
    directory.apply(changes);
    changes.users.updated = {person("u1", "Twice")};
    try {
        directory.apply(changes);
        FAIL("applied");
    } catch (const message::error& refused) {
        CHECK(refused.code() == directory::DIRECTORY_MOVED);
    }
    CHECK(directory.user("u1").record.display_name == "Once");
}

TEST_CASE("a membership of somebody who does not exist refuses the change set as a whole") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1", "Other")};
    changes.memberships.inserted = {enrolment("c1", "nobody", "e9")};
    CHECK_THROWS_AS(directory.apply(changes), message::error);
    CHECK(directory.user("u1").record.display_name == "Name of u1");
}

TEST_CASE("nothing to change sends no statement that writes") {
    directory_fixture directory;
    const auto before = directory::revision(directory.sql());
    CHECK(directory.apply(changes_of("sis")).empty());
    CHECK(directory::revision(directory.sql()) == before);
}

TEST_CASE("thousands of rows are a handful of statements") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    for (int number = 0; number < 9000; ++number) {
        changes.users.inserted.push_back(person("many" + std::to_string(number)));
        changes.memberships.inserted.push_back(
            enrolment("c1", "many" + std::to_string(number), std::to_string(number)));
    }
    const auto before = directory.sql().statements();
    store::transaction whole(directory.sql());
    CHECK(directory::apply(directory.sql(), changes, 1).size() == 1);
    whole.commit();
    CHECK(directory.sql().statements() - before < 30);
    CHECK(directory.members("c1").size() == 9002);
}
