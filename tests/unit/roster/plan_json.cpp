#include "roster/plan_json.hpp"

#include "roster/codes.hpp"
#include "roster_fixture.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace commhost;
using test::refusal;

namespace {

roster::plan full_plan() {
    roster::plan plan;
    auto& changes = plan.changes;
    changes.source = "sis \"x\"";
    changes.revision = 17;
    changes.users.inserted = {{"u1",
                               "ada",
                               "Ada",
                               "Lovelace",
                               "Ada Lovelace",
                               "ada@x",
                               directory::user_status::active,
                               {{"phone", "+47 1"}}}};
    changes.users.updated = {{"u2", "alan", "", "", "Älan", "", directory::user_status::suspended}};
    changes.users.deleted = {"u3"};
    changes.claimed_users = {"u4"};
    const directory::instance_key course{"school", "course", "c1"};
    const directory::instance_key group{"school", "group", "g1"};
    changes.instances.inserted = {
        {course, std::nullopt, "Physics", "t", directory::instance_status::hidden, "matrix", R"({"a":1})"}};
    changes.instances.updated = {
        {group, course, "Group", "", directory::instance_status::active, std::nullopt, std::nullopt}};
    changes.pictures = {directory::make_picture(std::string("\xff\xd8\xff\0 a photograph", 17)).value()};
    changes.instances.inserted[0].picture = changes.pictures[0].digest;
    changes.instances.updated[0].picture = "";
    changes.instances.deleted = {{"school", "course", "c2"}};
    changes.claimed_instances = {{"school", "course", "c3"}};
    changes.memberships.inserted = {{{course, "u1", "m1"},
                                     "teacher",
                                     core_communication::room_role::owner,
                                     5,
                                     9,
                                     directory::membership_status::suspended}};
    changes.memberships.updated = {{{group, "u2", ""},
                                    "student",
                                    core_communication::room_role::member,
                                    std::nullopt,
                                    std::nullopt,
                                    directory::membership_status::active}};
    changes.memberships.deleted = {{course, "u3", "m3"}};
    plan.users = {1, 1, 1};
    plan.by_instance = {{course, "Physics", roster::instance_change::added, {"u1"}, {}, {"u3"}}};
    plan.problems.add({roster::ROSTER_CELLS, {"users.csv", 8, ""}, {{"found", "4"}, {"wanted", "9"}}, true});
    return plan;
}

std::string written(const roster::plan& plan) {
    std::ostringstream text;
    roster::write_plan(text, plan);
    return text.str();
}

}  // namespace

TEST_CASE("a plan that was written is read back as exactly the same changes") {
    const auto plan = full_plan();
    const auto read = roster::read_plan(written(plan), "plan.json");
    CHECK(read.source == plan.changes.source);
    CHECK(read.revision == plan.changes.revision);
    CHECK(read.users.inserted == plan.changes.users.inserted);
    CHECK(read.users.updated == plan.changes.users.updated);
    CHECK(read.users.deleted == plan.changes.users.deleted);
    CHECK(read.claimed_users == plan.changes.claimed_users);
    CHECK(read.instances.inserted == plan.changes.instances.inserted);
    CHECK(read.instances.updated == plan.changes.instances.updated);
    CHECK(read.instances.deleted == plan.changes.instances.deleted);
    CHECK(read.claimed_instances == plan.changes.claimed_instances);
    CHECK(read.memberships.inserted == plan.changes.memberships.inserted);
    CHECK(read.memberships.updated == plan.changes.memberships.updated);
    CHECK(read.memberships.deleted == plan.changes.memberships.deleted);
    CHECK(roster::read_plan(written({}), "plan.json").empty());
}

TEST_CASE("a script finds the counts, the people of each instance and the problems in a plan") {
    const auto document = boost::json::parse(written(full_plan()));
    CHECK(document.at("summary").at("users").at("removed") == 1);
    const auto& physics = document.at("summary").at("by_instance").at(0);
    CHECK(physics.at("instance").at("id") == "c1");
    CHECK(physics.at("change") == "added");
    CHECK(physics.at("added").at(0) == "u1");
    CHECK(physics.at("removed").at(0) == "u3");
    CHECK(document.at("problems").at("left_out") == 1);
    const auto& problem = document.at("problems").at("list").at(0);
    CHECK(problem.at("code") == "ROSTER_CELLS");
    CHECK(problem.at("file") == "users.csv");
    CHECK(problem.at("line") == 8);
}

TEST_CASE("what is no plan is refused") {
    for (const std::string text : {"{}", "[]", R"({"format":"commhost-plan","version":2})",
                                   R"({"format":"commhost-plan","version":1,"source":"x","changes":{}})"}) {
        CAPTURE(text);
        CHECK(refusal([&] { roster::read_plan(text, "p.json"); }).starts_with("ROSTER_PLAN: "));
    }
    auto changed = written(full_plan());
    changed.replace(changed.find("\"suspended\""), 11, "\"expelled\" ");
    CHECK(refusal([&] { roster::read_plan(changed, "p.json"); }).starts_with("ROSTER_PLAN: "));
}
