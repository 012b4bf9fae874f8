#include "directory/person.hpp"

#include "directory/codes.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;
using namespace commhost::test;

namespace {

/// The external id of the person meant, or the code of the refusal.
std::string meant(directory_fixture& directory, const std::string& what) {
    try {
        return directory::find_person(directory.sql(), what).record.external_id;
    } catch (const message::error& refused) {
        return std::string(refused.code().id());
    }
}

}  // namespace

TEST_CASE("a person is found by external id and by username, by the id first") {
    directory_fixture directory;
    CHECK(meant(directory, "u1") == "u1");
    CHECK(meant(directory, "u2.login") == "u2");
    CHECK(meant(directory, "nobody") == "DIRECTORY_USER");
    auto changes = changes_of("sis");
    changes.users.inserted = {person("u2.login")};
    directory.apply(changes);
    CHECK(meant(directory, "u2.login") == "u2.login");
}

TEST_CASE("of several with a username the one who is not deleted is meant, and of two such nobody") {
    directory_fixture directory;
    auto twin = person("u4");
    twin.username = "u1.login";
    auto changes = changes_of("sis");
    changes.users.inserted = {twin};
    directory.apply(changes);
    try {
        directory::find_person(directory.sql(), "u1.login");
        FAIL("of two people nobody is meant");
    } catch (const message::error& refused) {
        CHECK(refused.code() == directory::DIRECTORY_USER_AMBIGUOUS);
        CHECK(refused.text().find("u1, u4") != std::string::npos);
    }
    auto left = changes_of("sis");
    left.users.deleted = {"u1"};
    directory.apply(left);
    CHECK(meant(directory, "u1.login") == "u4");
    left.users.deleted = {"u4"};
    directory.apply(left);
    CHECK(meant(directory, "u1.login") == "DIRECTORY_USER_AMBIGUOUS");
}

TEST_CASE("a person's memberships and sources are found, and nobody else's") {
    directory_fixture directory;
    auto other = changes_of("another");
    other.claimed_users = {"u1"};
    other.memberships.inserted = {enrolment("c2", "u1", "x1", core_communication::room_role::owner)};
    directory.apply(other);
    const auto u1 = directory.user("u1").id;
    const auto found = directory::memberships_with(directory.sql(), u1);
    REQUIRE(found.size() == 2);
    CHECK(found[0].instance == directory.instance("c1"));
    CHECK(found[0].source == "sis");
    CHECK(found[0].reference == "e1");
    CHECK(found[1].instance == directory.instance("c2"));
    CHECK(found[1].room_role == core_communication::room_role::owner);
    CHECK(directory::sources_with(directory.sql(), u1) == std::vector<std::string>{"another", "sis"});
    CHECK(directory::sources_with(directory.sql(), directory.user("u2").id) == std::vector<std::string>{"sis"});
}
