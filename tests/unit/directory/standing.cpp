#include "directory/standing.hpp"

#include "directory/stored.hpp"
#include "directory_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::changes_of;
using test::course;
using test::enrolment;
using test::person;

namespace {

/// "u1 c1, u2 c1 also": who stands for the source "sis".
std::string standing(test::directory_fixture& directory, store::milliseconds_utc at = 5000) {
    std::string found;
    for (const auto& each : directory::standing_members(directory.sql(), "sis", at)) {
        const auto user = directory::find_user(directory.sql(), each.user).value().record.external_id;
        const auto instance = directory::find_instance(directory.sql(), each.instance).value().key.external_id;
        found += (found.empty() ? "" : ", ") + user + " " + instance + (each.elsewhere ? " also" : "");
    }
    return found;
}

}  // namespace

TEST_CASE("everybody who is in a room stands, each once, and it is told whom another source keeps there") {
    test::directory_fixture directory;
    CHECK(standing(directory) == "u1 c1, u2 c1, u3 c2");
    auto again = changes_of("sis");
    again.memberships.inserted = {enrolment("c1", "u1", "e9")};
    directory.apply(again);
    auto clubs = changes_of("clubs");
    clubs.memberships.inserted = {enrolment("c1", "u2"), enrolment("c2", "u1")};
    directory.apply(clubs);
    CHECK(standing(directory) == "u1 c1, u2 c1 also, u1 c2 also, u3 c2");
}

TEST_CASE("who is suspended, has not begun, has ended, or is of a hidden course does not stand") {
    test::directory_fixture directory;
    auto changes = changes_of("sis");
    auto suspended = person("u1");
    suspended.status = directory::user_status::suspended;
    changes.users.updated = {suspended};
    auto later = enrolment("c1", "u2", "e2");
    later.begins = 6000;
    later.ends = 7000;
    changes.memberships.updated = {later};
    auto hidden = test::course_named("c2", "Music");
    hidden.status = directory::instance_status::hidden;
    changes.instances.updated = {hidden};
    directory.apply(changes);
    CHECK(standing(directory, 5999).empty());
    CHECK(standing(directory, 6000) == "u2 c1");
    CHECK(standing(directory, 7000).empty());
}

TEST_CASE("an absence is marked for the source alone, touches no room, and is taken back") {
    test::directory_fixture directory;
    auto changes = changes_of("sis");
    changes.users.absent = {{"u1", {2, 77}}};
    changes.instances.absent = {{course("c1"), {1, 78}}};
    changes.memberships.absent = {{{course("c1"), "u1", "e1"}, {3, 79}}};
    CHECK_FALSE(changes.empty());
    CHECK(directory.apply(changes).empty());
    auto stored = directory::read_stored(directory.sql(), "sis");
    CHECK(stored.users[0].absence == directory::absence{2, 77});
    CHECK(stored.instances[0].absence == directory::absence{1, 78});
    CHECK(stored.memberships[0].absence == directory::absence{3, 79});
    CHECK(stored.memberships[1].absence == directory::absence{});
    CHECK(directory::read_stored(directory.sql(), "clubs").users[0].absence == directory::absence{});
    changes.users.absent = {{"u1", {}}};
    changes.memberships.absent = {{{course("c1"), "u1", "e1"}, {}}};
    directory.apply(changes);
    stored = directory::read_stored(directory.sql(), "sis");
    CHECK(stored.users[0].absence == directory::absence{});
    CHECK(stored.memberships[0].absence == directory::absence{});
}

TEST_CASE("who stands by another source only because somebody is merged into them is told from whom it names") {
    test::directory_fixture directory;
    auto changes = changes_of("sis");
    auto merged = person("u2");
    merged.merged_into = "u1";
    changes.users.updated = {merged};
    directory.apply(changes);
    auto clubs = changes_of("clubs");
    clubs.memberships.inserted = {enrolment("c1", "u2")};
    directory.apply(clubs);
    const auto first = [&] { return directory::standing_members(directory.sql(), "sis", 5000).front(); };
    CHECK(first().elsewhere);
    CHECK_FALSE(first().elsewhere_by_name);
    clubs.memberships.inserted = {enrolment("c1", "u1")};
    directory.apply(clubs);
    CHECK(first().elsewhere_by_name);
}
