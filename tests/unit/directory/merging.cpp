#include "directory/merging.hpp"

#include "directory/erasure.hpp"
#include "directory/membership.hpp"
#include "directory/stored.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace commhost;
using test::changes_of;
using test::directory_fixture;
using test::enrolment;
using test::person;

namespace {

using instances = std::vector<directory::instance_id>;

struct people : directory_fixture {
    instances merge(const std::string& who, const std::string& into) {
        return directory::merge_by_hand(sql(), user(who), user(into), 2000);
    }
    instances part(const std::string& who) { return directory::part_by_hand(sql(), user(who), 2000); }

    /// "u1 u2": who is to be in the course's room.
    std::string in(const std::string& course) {
        std::string found;
        for (const auto& [user, role] : members(course))
            found += (found.empty() ? "" : " ") + directory::find_user(sql(), user).value().record.external_id;
        return found;
    }

    std::string refused(const std::string& who, const std::string& into) {
        try {
            merge(who, into);
        } catch (const message::error& refusal) {
            return std::string(refusal.code().id());
        }
        return "";
    }
};

}  // namespace

TEST_CASE("two people who are one by an admin's word are one, until that is taken back") {
    people all;
    const auto before = directory::revision(all.sql());
    CHECK(all.merge("u1", "u3") == instances{all.instance("c1")});
    CHECK(directory::revision(all.sql()) == before + 1);
    CHECK(all.in("c1") == "u2 u3");
    CHECK(all.part("u1") == instances{all.instance("c1")});
    CHECK(all.in("c1") == "u1 u2");
    CHECK_THROWS_WITH(all.part("u1"), doctest::Contains("DIRECTORY_MERGER_NONE"));
}

TEST_CASE("no source parts whom an admin has merged") {
    people all;
    all.merge("u1", "u3");
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1", "New name")};
    all.apply(changes);
    CHECK(all.in("c1") == "u2 u3");
    changes.users.updated[0].merged_into = "u2";
    all.apply(changes);
    CHECK(all.in("c1") == "u2 u3");
    CHECK(directory::read_stored(all.sql(), "sis").users[0].merged_by_hand == "u3");
}

TEST_CASE("whoever an admin has merged into somebody follows them when a source merges that one, and comes back") {
    people all;
    all.merge("u1", "u3");
    auto changes = changes_of("sis");
    auto further = person("u3");
    further.merged_into = "u2";
    changes.users.updated = {further};
    CHECK(all.apply(changes) == instances{all.instance("c1"), all.instance("c2")});
    CHECK(all.in("c1") == "u2");
    changes.users.updated = {person("u3")};
    CHECK(all.apply(changes) == instances{all.instance("c1"), all.instance("c2")});
    CHECK(all.in("c1") == "u2 u3");
}

TEST_CASE("rooms of whoever was merged into somebody who is merged now are touched") {
    people all;
    auto changes = changes_of("sis");
    auto merged = person("u3");
    merged.merged_into = "u1";
    changes.users.updated = {merged};
    all.apply(changes);
    CHECK(all.in("c2") == "u1");
    merged = person("u1");
    merged.merged_into = "u2";
    changes.users.updated = {merged};
    CHECK(all.apply(changes) == instances{all.instance("c1"), all.instance("c2")});
    CHECK(all.in("c2") == "u2");
}

TEST_CASE("nobody is merged in a circle or into somebody who is in no room") {
    people all;
    all.merge("u1", "u3");
    CHECK(all.refused("u3", "u3") == "DIRECTORY_MERGER_ROUND");
    CHECK(all.refused("u3", "u1") == "DIRECTORY_MERGER_ROUND");
    auto changes = changes_of("sis");
    auto suspended = person("u2");
    suspended.status = directory::user_status::suspended;
    changes.users.updated = {suspended};
    all.apply(changes);
    CHECK(all.refused("u1", "u2") == "DIRECTORY_MERGER_INACTIVE");
    CHECK(all.in("c1") == "u3");
}

TEST_CASE("of an erased person nothing is left of whom they have turned out to be") {
    people all;
    all.merge("u1", "u3");
    const auto id = all.user("u1").id;
    directory::begin_erasure(all.sql(), id, 3000);
    CHECK(directory::finish_erasure(all.sql(), id, 3001));
    CHECK(directory::find_user(all.sql(), id).value().record.merged_into.empty());
    CHECK(directory::read_stored(all.sql(), "sis").users[0].merged_by_hand.empty());
}

TEST_CASE("who was merged by hand into an erased person is whoever that one was, or a person again") {
    people all;
    all.merge("u1", "u3");
    all.merge("u3", "u2");
    CHECK(all.in("c1") == "u2");
    const auto erase = [&](const std::string& who) {
        const auto id = all.user(who).id;
        directory::begin_erasure(all.sql(), id, 3000);
        return directory::finish_erasure(all.sql(), id, 3001);
    };
    const auto into_third = erase("u3");
    REQUIRE(into_third);
    CHECK(all.user("u1").record.merged_into == "u2");
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1", "New name")};
    all.apply(changes);
    CHECK(all.user("u1").record.merged_into == "u2");
    CHECK(all.in("c1") == "u2");

    const auto into_second = erase("u2");
    REQUIRE(into_second);
    CHECK(*into_second == instances{all.instance("c1")});
    CHECK(all.user("u1").record.merged_into.empty());
    all.apply(changes);
    CHECK(all.user("u1").record.merged_into.empty());
    CHECK(all.in("c1") == "u1");
}

TEST_CASE("whose erasure is withdrawn is a person again at once, where the one they are merged into is being erased") {
    people all;
    all.merge("u1", "u2");
    const auto first = all.user("u1").id;
    const auto second = all.user("u2").id;
    directory::begin_erasure(all.sql(), second, 3000);
    directory::begin_erasure(all.sql(), first, 3000);
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1")};
    changes.memberships.inserted = {enrolment("c1", "u1", "e1")};
    all.apply(changes);
    CHECK(directory::erasures_of_named(all.sql()) == std::vector{first});
    const auto withdrawn = directory::withdraw_erasures_of_named(all.sql(), 3001);
    CHECK(withdrawn.people == std::vector{first});
    CHECK(withdrawn.touched == std::set{all.instance("c1")});
    CHECK(directory::withdraw_erasures_of_named(all.sql(), 3001).people.empty());
    CHECK(all.user("u1").record.merged_into.empty());
    CHECK(directory::finish_erasure(all.sql(), second, 3001));
    CHECK(all.user("u1").record.merged_into.empty());
    CHECK(all.in("c1") == "u1");
}

TEST_CASE("of several who are merged and erased, each that comes back is whoever is left") {
    people all;
    all.merge("u1", "u3");
    all.merge("u3", "u2");
    for (const auto* each : {"u1", "u2", "u3"}) directory::begin_erasure(all.sql(), all.user(each).id, 3000);
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1"), person("u3")};
    all.apply(changes);
    CHECK(directory::withdraw_erasures_of_named(all.sql(), 3001).people ==
          std::vector{all.user("u1").id, all.user("u3").id});
    CHECK(directory::finish_erasure(all.sql(), all.user("u2").id, 3001));
    CHECK(all.user("u1").record.merged_into == "u3");
    CHECK(all.user("u3").record.merged_into.empty());
}
