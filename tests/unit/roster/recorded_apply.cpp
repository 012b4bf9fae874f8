#include "roster/recorded_apply.hpp"

#include "audit/migrations.hpp"
#include "directory/directory_fixture.hpp"
#include "directory/migrations.hpp"
#include "message/error.hpp"
#include "store/migration.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace commhost;
using namespace commhost::test;

namespace {

using lines = std::vector<std::string>;

/// A school whose imports are recorded. The first: u1 and u2 in c1.
struct school {
    school() {
        store::migrate(*database, directory::migrations());
        store::migrate(*database, audit::migrations());
        auto first = changes_of("sis");
        first.users.inserted = {person("u1"), person("u2")};
        first.instances.inserted = {course_named("c1", "Physics")};
        first.memberships.inserted = {enrolment("c1", "u1", "e1"), enrolment("c1", "u2", "e2")};
        told_first = apply(first);
    }

    /// Returns what the audit was told, in order: "action instance user before -> after".
    lines apply(const directory::change_set& changes, const std::string& reason = "",
                const std::string& cause = "import") {
        database->transact([&](store::connection& on) {
            roster::apply_recorded(on, changes, {"admin:ada", cause, reason}, 1000);
        });
        lines told;
        newest.clear();
        const auto on = database->borrow();
        for (const auto& each : audit::list(*on, {}, 1000)) {
            if (each.id <= last) break;
            newest.push_back(each);
        }
        std::reverse(newest.begin(), newest.end());
        if (!newest.empty()) last = newest.back().id;
        for (const auto& [id, at, what] : newest) {
            auto line = what.action;
            if (what.about.instance)
                line +=
                    " " +
                    directory::find_instance(*on, directory::instance_id{*what.about.instance}).value().key.external_id;
            if (what.about.user) line += " " + directory::find_user(*on, *what.about.user).value().record.external_id;
            if (what.before) line += " " + *what.before;
            if (what.after) line += " -> " + *what.after;
            if (what.action != "roster_applied") told.push_back(line);
        }
        return told;
    }

    test_database database;
    std::int64_t last = 0;
    std::vector<audit::recorded> newest;
    lines told_first;
};

}  // namespace

TEST_CASE("a first import is a row for each person and each class, with the number of its members") {
    CHECK(school().told_first == lines{"user_added u1", "user_added u2", R"(instance_added c1 -> {"name":"Physics"})",
                                       R"(memberships_added c1 -> {"number":2})"});
}

TEST_CASE("who is added, removed or gets another role later is a row by person") {
    school at;
    auto changes = changes_of("sis");
    changes.users.inserted = {person("u3")};
    changes.memberships.inserted = {enrolment("c1", "u3", "e3")};
    auto teaches = enrolment("c1", "u1", "e1", core_communication::room_role::owner);
    teaches.role = "teacher";
    changes.memberships.updated = {teaches};
    changes.memberships.deleted = {{course("c1"), "u2", "e2"}};
    CHECK(at.apply(changes) ==
          lines{"user_added u3",
                R"(membership_removed c1 u2 {"role":"word","room_role":"member","begins":null,"ends":null,)"
                R"("status":"active","reference":"e2"})",
                R"(membership_changed c1 u1 {"role":"word","room_role":"member"} -> )"
                R"({"role":"teacher","room_role":"owner"})",
                R"(membership_added c1 u3 -> {"role":"word","room_role":"member","begins":null,"ends":null,)"
                R"("status":"active","reference":"e3"})"});
}

TEST_CASE("of what is changed the fields that differ are told, and of settings only that they do") {
    school at;
    auto changes = changes_of("sis");
    auto renamed = person("u1", "Ada King");
    renamed.fields["phone"] = "+47 1";
    changes.users.updated = {renamed};
    auto course = course_named("c1", "Physics 2");
    course.settings = R"({"token":"secret"})";
    changes.instances.updated = {course};
    CHECK(at.apply(changes) == lines{R"(user_changed u1 {"display_name":"Name of u1"} -> )"
                                     R"({"display_name":"Ada King","fields.phone":"+47 1"})",
                                     R"(instance_changed c1 {"name":"Physics"} -> )"
                                     R"({"name":"Physics 2","settings":"changed"})"});
}

TEST_CASE("whoever is somebody else by what is said of another person is told") {
    school at;
    auto changes = changes_of("sis");
    auto one = person("u1");
    one.merged_into = "u2";
    changes.users.updated = {one};
    at.apply(changes);
    auto another = changes_of("sis");
    another.users.inserted = {person("u3")};
    auto two = person("u2");
    two.merged_into = "u3";
    another.users.updated = {two};
    CHECK(at.apply(another) == lines{"user_added u3", R"(user_changed u2 {} -> {"merged_into":"u3"})",
                                     R"(user_changed u1 {"merged_into":"u2"} -> {"merged_into":"u3"})"});
}

TEST_CASE("nobody is removed twice, whoever they turn out to be by another's word") {
    school at;
    auto changes = changes_of("sis");
    auto one = person("u1");
    one.merged_into = "u2";
    changes.users.updated = {one};
    at.apply(changes);
    auto gone = changes_of("sis");
    gone.users.deleted = {"u1"};
    at.apply(gone);
    auto another = changes_of("sis");
    another.users.inserted = {person("u3")};
    auto two = person("u2");
    two.merged_into = "u3";
    another.users.updated = {two};
    CHECK(at.apply(another).back() == R"(user_changed u1 {"merged_into":"u2"} -> {"merged_into":"u3"})");
}

TEST_CASE("what the source lets go is removed, and what another source still names is not") {
    school at;
    auto other = changes_of("other");
    other.claimed_users = {"u1"};
    at.apply(other);
    auto changes = changes_of("sis");
    changes.users.deleted = {"u1", "u2"};
    changes.instances.deleted = {course("c1")};
    changes.memberships.deleted = {{course("c1"), "u1", "e1"}, {course("c1"), "u2", "e2"}};
    const auto told = at.apply(changes);
    REQUIRE(told.size() == 4);
    CHECK(told.at(0).starts_with("membership_removed c1 u1"));
    CHECK(told.at(1).starts_with("membership_removed c1 u2"));
    CHECK(told.at(2) == R"(instance_removed c1 {"status":"active"} -> {"status":"deleted"})");
    CHECK(told.at(3) == R"(user_removed u2 {"status":"active"} -> {"status":"deleted"})");
}

TEST_CASE("each row names the roster and its import, and one who had it done and why") {
    school at;
    auto changes = changes_of("sis");
    changes.memberships.deleted = {{course("c1"), "u2", "e2"}};
    at.apply(changes, "asked by the school");
    REQUIRE(at.newest.size() == 2);
    const auto& removed = at.newest.at(0).what;
    const auto& applied = at.newest.at(1).what;
    CHECK(removed.by.actor == "roster:sis");
    CHECK(removed.by.cause == "import 2");
    CHECK(applied.action == "roster_applied");
    CHECK(applied.by.actor == "admin:ada");
    CHECK(applied.by.cause == "import 2");
    CHECK(applied.by.reason == "asked by the school");
    CHECK(applied.about.name == "sis");
    CHECK(applied.after == R"({"users":{"added":0,"changed":0,"removed":0},)"
                           R"("instances":{"added":0,"changed":0,"removed":0},)"
                           R"("memberships":{"added":0,"changed":0,"removed":1}})");
}

TEST_CASE("what is no import has a cause of its own in every row") {
    school at;
    auto changes = changes_of("sis");
    changes.memberships.deleted = {{course("c1"), "u2", "e2"}};
    at.apply(changes, "", "approval 3");
    REQUIRE(at.newest.size() == 2);
    CHECK(at.newest.at(0).what.by.cause == "approval 3");
    CHECK(at.newest.at(1).what.by.cause == "approval 3");
}

TEST_CASE("a change set of nothing is no row, and neither is a refused one") {
    school at;
    CHECK(at.apply(changes_of("sis")).empty());
    CHECK(at.newest.empty());
    auto late = changes_of("sis");
    late.revision = 0;
    late.memberships.deleted = {{course("c1"), "u2", "e2"}};
    CHECK_THROWS_AS(at.apply(late), message::error);
    CHECK(audit::list(*at.database->borrow(), {}, 1).front().id == at.last);
}

TEST_CASE("thousands of members cost a few statements more than one") {
    school at;
    auto changes = changes_of("sis");
    for (int number = 0; number < 3000; ++number) {
        changes.users.inserted.push_back(person("n" + std::to_string(number)));
        changes.memberships.inserted.push_back(enrolment("c1", "n" + std::to_string(number)));
    }
    const auto statements = at.database->transact([&](store::connection& on) {
        const auto before = on.statements();
        roster::apply_recorded(on, changes, {"admin:ada", "import", ""}, 1000);
        return on.statements() - before;
    });
    CHECK(statements < 20);
}
