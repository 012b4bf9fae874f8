#include "roster/plan_json.hpp"

#include "roster/codes.hpp"
#include "roster/line_document.hpp"
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
    changes.users.inserted[0].picture = changes.pictures[0].digest;
    changes.users.updated[0].picture = "";
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
    changes.memberships.absent = {{{course, "u4", "m4"}, {2, 1000}}};
    changes.users.absent = {{"u5", {}}};
    plan.from = {"0123456789abcdef", "export.zip", "d1", 1'795'824'000'000};
    plan.complete = true;
    plan.users = {1, 1, 1};
    plan.by_instance = {{course, "Physics", roster::instance_change::added, {"u1"}, {}, {"u3"}}};
    plan.problems.add({roster::ROSTER_CELLS, {"users.csv", 8, ""}, {{"found", "4"}, {"wanted", "9"}}, true});
    return plan;
}

std::string written(const roster::plan& plan, const roster::braked& taken = {}) {
    std::ostringstream text;
    roster::write_plan(text, plan, taken);
    return text.str();
}

roster::plan read_back(const std::string& text) {
    std::istringstream from(text);
    return roster::read_plan(from, "plan.json");
}

/// Where the text is replaced at its first place.
std::string changed(std::string text, const std::string& from, const std::string& to) {
    REQUIRE(text.find(from) != std::string::npos);
    return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("a plan that was written is read back as exactly the same changes") {
    const auto plan = full_plan();
    const auto whole = read_back(written(plan));
    const auto& read = whole.changes;
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
    CHECK(read.memberships.absent == plan.changes.memberships.absent);
    CHECK(read.users.absent == plan.changes.users.absent);
    CHECK(read.pictures == plan.changes.pictures);
    CHECK(whole.from.database == "0123456789abcdef");
    CHECK(whole.from.roster == "export.zip");
    CHECK(whole.from.made_at == 1'795'824'000'000);
    CHECK(whole.complete);
    CHECK(written(plan).find("\"digest\":\"" + whole.from.plan + "\"}") != std::string::npos);
    CHECK(whole.users == plan.users);
    CHECK(whole.by_instance == plan.by_instance);
    CHECK(read_back(written({})).empty());
}

TEST_CASE("a script finds the counts, the people of each instance, what would be held and the problems in a plan") {
    roster::braked taken;
    taken.rooms = {{{"school", "course", "c1"}, "Physics", 30, 12, roster::held_because::room}};
    taken.members = 200;
    taken.removals = 13;
    taken.held_removals = 12;
    const auto document = boost::json::parse(written(full_plan(), taken));
    CHECK(document.at("counts").at("users").at("removed") == 1);
    CHECK(document.at("roster").at("name") == "export.zip");
    CHECK(document.at("revision") == 17);
    const auto& physics = document.at("by_instance").at(0);
    CHECK(physics.at("instance").at("id") == "c1");
    CHECK(physics.at("change") == "added");
    CHECK(physics.at("added").at(0) == "u1");
    CHECK(physics.at("removed").at(0) == "u3");
    CHECK(document.at("removals").at("held") == 12);
    CHECK(document.at("held").at(0).at("members") == 30);
    CHECK(document.at("held").at(0).at("because") == "room");
    CHECK(document.at("rows").at("left_out") == 1);
    const auto& problem = document.at("problems").at(0);
    CHECK(problem.at("code") == "ROSTER_CELLS");
    CHECK(problem.at("file") == "users.csv");
    CHECK(problem.at("line") == 8);
}

TEST_CASE("a plan that gives somebody the id of a person who was erased is refused") {
    auto plan = full_plan();
    plan.changes.users.inserted.front().external_id = "erased-17";
    CHECK(refusal([&] { read_back(written(plan)); }).starts_with("ROSTER_ERASED_ID: plan.json: "));
}

TEST_CASE("what is no plan, or a part of one, is refused with the line") {
    const auto whole = written(full_plan());
    CHECK(refusal([] { read_back(""); }).starts_with("ROSTER_PLAN: 'plan.json:1'"));
    CHECK(refusal([] { read_back("[]\n"); }).starts_with("ROSTER_PLAN: 'plan.json:1'"));
    CHECK(refusal([&] { read_back(changed(whole, "\"suspended\"", "\"expelled\" ")); }).starts_with("ROSTER_PLAN: "));
    CHECK(refusal([&] { read_back(whole + "{}\n"); }).starts_with("ROSTER_PLAN: "));
    CHECK(refusal([&] {
              read_back(changed(whole, "\"claimed_users\":[", "\"claimed_people\":["));
          }).starts_with("ROSTER_PLAN: "));
    for (std::size_t length = 1; length + 1 < whole.size(); length += 7) {
        CAPTURE(length);
        CHECK(refusal([&] { read_back(whole.substr(0, length)); }).starts_with("ROSTER_PLAN"));
    }
}

TEST_CASE("a plan in which anything was changed is refused") {
    const auto whole = written(full_plan());
    for (const auto& [from, to] : {std::pair("\"ada\"", "\"eve\""), std::pair("\"revision\":17", "\"revision\":18"),
                                   std::pair("\"source\":\"sis", "\"source\":\"sys"), std::pair("\"u3\"", "\"u9\""),
                                   std::pair("\"reads\":2", "\"reads\":9")}) {
        CAPTURE(from);
        CHECK(refusal([&, from = from, to = to] {
                  read_back(changed(whole, from, to));
              }).starts_with("ROSTER_PLAN_EDITED: "));
    }
    const auto again = boost::json::serialize(boost::json::parse(whole)) + "\n";
    CHECK(refusal([&] { read_back(again); }).starts_with("ROSTER_PLAN_EDITED: "));
    CHECK(refusal([&] { read_back("{\n  \"format\": \"commhost-plan\",\n"); }).starts_with("ROSTER_PLAN_EDITED: "));
}

TEST_CASE("a plan of another version is refused with it") {
    const auto other = changed(written(full_plan()), "\"version\":1,", "\"version\":2,");
    const auto said = refusal([&] { read_back(other); });
    CHECK(said.starts_with("ROSTER_PLAN_VERSION: "));
    CHECK(said.find("'2'") != std::string::npos);
}

TEST_CASE("a line that does not end is refused before it fills the memory") {
    CHECK(refusal([] {
              read_back(R"({"format":"commhost-plan","version":1,)" + std::string("\n\"database\":\"") +
                        std::string(roster::longest_line, 'x'));
          }).starts_with("ROSTER_SIZE: "));
}

TEST_CASE("a plan is known by its beginning, with other blanks, too") {
    CHECK(roster::begins_as_plan(R"({"format":"commhost-plan","version":1,)"));
    CHECK(roster::begins_as_plan("{\n  \"format\" : \"commhost-plan\""));
    CHECK_FALSE(roster::begins_as_plan(R"({"format":"commhost-roster","version":1,)"));
    CHECK_FALSE(roster::begins_as_plan("PK"));
}
