#include "directory/merging.hpp"

#include "directory/erasure.hpp"
#include "directory/membership.hpp"
#include "directory/stored.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

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
