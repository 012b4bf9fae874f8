#include "directory/stored.hpp"

#include "directory_fixture.hpp"

#include <doctest/doctest.h>

using namespace commhost;
using namespace commhost::test;
using directory::claim;

TEST_CASE("a source sees everybody, its own memberships alone, and whose word each record is") {
    directory_fixture directory;
    auto library = changes_of("library");
    library.users.inserted = {person("u4")};
    library.claimed_users = {"u1"};
    library.instances.inserted = {course_named("l1", "Readers")};
    library.instances.inserted[0].parent = course("c2");
    library.memberships.inserted = {enrolment("l1", "u4"), enrolment("l1", "u1")};
    directory.apply(library);

    const auto seen = directory::read_stored(directory.sql(), "library");
    CHECK(seen.revision == directory::revision(directory.sql()));
    REQUIRE(seen.users.size() == 4);
    CHECK(seen.users[0].record == person("u1"));
    CHECK(seen.users[0].claim == claim::shared);
    CHECK(seen.users[1].claim == claim::foreign);
    CHECK(seen.users[3].claim == claim::own);
    REQUIRE(seen.instances.size() == 3);
    CHECK(seen.instances[0].claim == claim::foreign);
    CHECK(seen.instances[2].record.key == course("l1"));
    CHECK(seen.instances[2].record.parent == course("c2"));
    CHECK(seen.instances[2].record.provider == "");
    CHECK(seen.instances[2].claim == claim::own);
    REQUIRE(seen.memberships.size() == 2);
    CHECK(seen.memberships[0].user == directory.user("u1").id);
}

TEST_CASE("what its owner has let go may be taken, or passes to the next source that names it") {
    directory_fixture directory;
    auto library = changes_of("library");
    library.claimed_users = {"u1"};
    directory.apply(library);
    auto sis = changes_of("sis");
    sis.users.deleted = {"u1", "u2"};
    directory.apply(sis);
    const auto seen = directory::read_stored(directory.sql(), "library");
    CHECK(seen.users[0].claim == claim::own);
    CHECK(seen.users[1].claim == claim::none);
    CHECK(directory::read_stored(directory.sql(), "sis").users[0].claim == claim::foreign);
}
