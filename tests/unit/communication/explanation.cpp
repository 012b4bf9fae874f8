#include "communication/explanation.hpp"

#include "communication/explanation_facts.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace commhost;
using communication::explanation_facts;
using communication::finding_kind;
using core_communication::presence;
using core_communication::room_role;

namespace {

constexpr store::milliseconds_utc now = 1'000'000;

directory::membership from(const std::string& source) {
    directory::membership made;
    made.source = source;
    made.role = "student";
    return made;
}

/// Somebody who is in a room, as everything wants it.
explanation_facts somebody_in_the_room() {
    explanation_facts facts;
    facts.now = now;
    facts.memberships = {from("sis")};
    facts.known.emplace();
    return facts;
}

/// Wanted, with an account, and not in it yet; the room's task is due.
explanation_facts somebody_waiting() {
    auto facts = somebody_in_the_room();
    facts.known->synced = false;
    facts.next = {task::state::queued, now + 60'000, ""};
    return facts;
}

/// "not_yet: refused, task_due", in words.
std::string told(const explanation_facts& facts) {
    const auto found = communication::explain(facts);
    std::string all(to_string(found.standing));
    for (const auto& each : found.findings) all += " " + std::string(to_string(each.kind));
    return all;
}

communication::finding first(const explanation_facts& facts) { return communication::explain(facts).findings.at(0); }

}  // namespace

TEST_CASE("who is in the room is there because of each membership in force, whatever the others say") {
    auto facts = somebody_in_the_room();
    facts.memberships.push_back(from("clubs"));
    facts.memberships.back().ends = now + 5;
    facts.memberships.push_back(from("old"));
    facts.memberships.back().ends = now;
    const auto found = communication::explain(facts);
    CHECK(told(facts) == "in_room membership_in_force membership_in_force");
    CHECK(found.findings.at(0).source == "sis");
    CHECK(found.findings.at(0).role == "student");
    CHECK(!found.findings.at(0).at);
    CHECK(found.findings.at(1).source == "clubs");
    CHECK(found.findings.at(1).at == now + 5);
}

TEST_CASE("nobody names the person") {
    auto facts = somebody_in_the_room();
    facts.memberships.clear();
    facts.known.reset();
    CHECK(told(facts) == "not_in_room no_membership");
}

TEST_CASE("a membership has not begun, has ended, or is suspended") {
    auto facts = somebody_in_the_room();
    facts.known.reset();
    auto& membership = facts.memberships.front();
    membership.begins = now + 1;
    CHECK(told(facts) == "not_in_room membership_not_begun");
    CHECK(first(facts).at == now + 1);
    membership.begins = now;
    CHECK(told(facts) == "not_yet not_tried no_task membership_in_force");
    membership.ends = now;
    CHECK(told(facts) == "not_in_room membership_ended");
    CHECK(first(facts).at == now);
    membership.ends = now + 1;
    membership.status = directory::membership_status::suspended;
    CHECK(told(facts) == "not_in_room membership_suspended");
}

TEST_CASE("the person is suspended or deleted") {
    auto facts = somebody_in_the_room();
    facts.known.reset();
    facts.person = directory::user_status::suspended;
    CHECK(told(facts) == "not_in_room person_suspended membership_in_force");
    facts.person = directory::user_status::deleted;
    CHECK(told(facts) == "not_in_room person_deleted membership_in_force");
}

TEST_CASE("the instance is hidden or deleted, or its room is elsewhere") {
    auto facts = somebody_in_the_room();
    facts.known.reset();
    facts.active = false;
    CHECK(told(facts) == "not_in_room room_dormant membership_in_force");
    facts.instance = directory::instance_status::hidden;
    CHECK(told(facts) == "not_in_room instance_hidden membership_in_force");
    facts.instance = directory::instance_status::deleted;
    CHECK(told(facts) == "not_in_room instance_deleted membership_in_force");
}

TEST_CASE("who is not wanted any more and may still be there is leaving") {
    auto facts = somebody_in_the_room();
    facts.memberships.clear();
    facts.next = {task::state::queued, now, ""};
    CHECK(told(facts) == "leaving no_membership task_due");
    facts.known->reason = "the server is full";
    CHECK(told(facts) == "leaving no_membership refused task_due");
    facts.known->presence = presence::left;
    CHECK(told(facts) == "not_in_room no_membership");
    facts.known->presence = presence::banned;
    CHECK(told(facts) == "not_in_room no_membership");
    facts.known->presence.reset();
    facts.known->has_account = false;
    CHECK(told(facts) == "not_in_room no_membership");
    facts.known->has_account = true;
    facts.created = false;
    CHECK(told(facts) == "not_in_room no_membership");
}

TEST_CASE("in a pause nobody is taken out, and who is being erased goes for that") {
    auto facts = somebody_in_the_room();
    facts.removals_paused_until = now + 5;
    CHECK(told(facts) == "in_room membership_in_force");
    facts.memberships.clear();
    facts.being_erased = true;
    facts.next = {task::state::queued, now, ""};
    CHECK(told(facts) == "leaving being_erased no_membership removals_paused task_due");
    CHECK(communication::explain(facts).findings.at(2).at == now + 5);
}

TEST_CASE("whoever stays in the room of an ended class is in it, unless they have left") {
    auto facts = somebody_in_the_room();
    facts.active = false;
    facts.instance = directory::instance_status::deleted;
    facts.memberships.clear();
    CHECK(told(facts) == "leaving instance_deleted no_membership no_task");
    facts.kept_in_archive = true;
    CHECK(told(facts) == "in_room kept_in_archive");
    facts.known->presence = presence::left;
    CHECK(told(facts) == "not_in_room left_respected kept_in_archive");
    facts.known->presence = presence::banned;
    CHECK(told(facts) == "not_in_room banned kept_in_archive");
}

TEST_CASE("a group has no room as long as its course is hidden") {
    auto facts = somebody_in_the_room();
    facts.known.reset();
    facts.active = false;
    facts.course = "Physics";
    facts.course_hidden = true;
    CHECK(told(facts) == "not_in_room course_hidden membership_in_force");
    CHECK(first(facts).reason == "Physics");
}

TEST_CASE("a removal that is held is told with its source and since when") {
    auto facts = somebody_in_the_room();
    facts.held_removals = {{"sis", now - 7}};
    CHECK(told(facts) == "in_room membership_in_force removal_held");
    CHECK(communication::explain(facts).findings.at(1).source == "sis");
    CHECK(communication::explain(facts).findings.at(1).at == now - 7);
}

TEST_CASE("of who is on no record it is told whether they might be in the room all the same") {
    auto facts = somebody_in_the_room();
    facts.memberships.clear();
    facts.known.reset();
    facts.rules.unlisted = communication::unlisted_policy::keep;
    CHECK(told(facts) == "not_in_room no_membership unlisted_stay");
    facts.rules.unlisted = communication::unlisted_policy::adopt;
    CHECK(told(facts) == "not_in_room no_membership unlisted_stay");
    facts.account = "@bot-of-ada:example.org";
    facts.rules.exempt = {"@bot-*"};
    CHECK(told(facts) == "not_in_room no_membership account_exempt");
    CHECK(communication::explain(facts).findings.at(1).reason == "@bot-of-ada:example.org");
    facts.created = false;
    CHECK(told(facts) == "not_in_room no_membership");
}

TEST_CASE("who waits is told why and when the next try is") {
    auto facts = somebody_waiting();
    CHECK(told(facts) == "not_yet not_tried task_due membership_in_force");
    facts.known->reason = "may not join";
    facts.known->attempts = 3;
    facts.known->since = now - 9;
    CHECK(told(facts) == "not_yet refused task_due membership_in_force");
    CHECK(first(facts).reason == "may not join");
    CHECK(first(facts).attempts == 3);
    CHECK(first(facts).at == now - 9);
    CHECK(communication::explain(facts).findings.at(1).at == now + 60'000);
}

TEST_CASE("an account is missing, because nobody tried or because it was refused") {
    auto facts = somebody_waiting();
    facts.known->has_account = false;
    CHECK(told(facts) == "not_yet no_account task_due membership_in_force");
    facts.known->reason = "not a valid id";
    CHECK(told(facts) == "not_yet account_refused task_due membership_in_force");
    CHECK(first(facts).reason == "not a valid id");
    facts.known.reset();
    CHECK(told(facts) == "not_yet not_tried task_due membership_in_force");
}

TEST_CASE("invited, banned, or left by themselves under either policy") {
    auto facts = somebody_in_the_room();
    facts.known->presence = presence::invited;
    CHECK(told(facts) == "invited membership_in_force");
    facts.known->presence = presence::banned;
    CHECK(told(facts) == "not_in_room banned membership_in_force");
    facts.known->presence = presence::left;
    facts.rules.left = communication::left_policy::respect;
    CHECK(told(facts) == "not_in_room left_respected membership_in_force");
    facts.rules.left = communication::left_policy::add_again;
    CHECK(told(facts) == "not_yet left_added_again not_tried no_task membership_in_force");
}

TEST_CASE("in the room, but not in the role that was wanted") {
    auto facts = somebody_in_the_room();
    facts.known->reason = "may not change roles";
    CHECK(told(facts) == "in_room role_refused membership_in_force");
    CHECK(first(facts).reason == "may not change roles");
}

TEST_CASE("the room is held, on its way out, not made, or has failed") {
    auto facts = somebody_waiting();
    facts.status = communication::room_status::held;
    CHECK(told(facts) == "not_yet not_tried room_held membership_in_force");
    facts.status = communication::room_status::deleting;
    CHECK(told(facts) == "not_yet not_tried room_deleting task_due membership_in_force");
    facts.status = communication::room_status::pending;
    facts.created = false;
    CHECK(told(facts) == "not_yet not_tried room_not_made task_due membership_in_force");
    facts.status = communication::room_status::failed;
    facts.room_error = "no rights";
    CHECK(told(facts) == "not_yet not_tried room_failed task_due membership_in_force");
    CHECK(communication::explain(facts).findings.at(1).reason == "no rights");
}

TEST_CASE("a frozen room keeps whoever is in it, and it is told who froze it and why") {
    auto facts = somebody_in_the_room();
    facts.memberships.clear();
    facts.status = communication::room_status::held;
    facts.hold = communication::room_hold{now - 9, "root", "exam"};
    facts.removals_paused_until = now + 5;
    CHECK(told(facts) == "in_room room_held no_membership");
    CHECK(first(facts).person == "root");
    CHECK(first(facts).reason == "exam");
    CHECK(first(facts).at == now - 9);
    facts.known->synced = false;
    CHECK(told(facts) == "leaving room_held no_membership");
    facts.known.reset();
    CHECK(told(facts) == "not_in_room no_membership");
}

TEST_CASE("a membership of somebody who was merged into the person is told as theirs") {
    auto facts = somebody_in_the_room();
    facts.memberships.push_back(from("sis"));
    facts.memberships.back().user = directory::user_id{7};
    facts.merged = {{directory::user_id{7}, "u7"}};
    const auto found = communication::explain(facts).findings;
    REQUIRE(found.size() == 2);
    CHECK(found[0].person.empty());
    CHECK(found[1].person == "u7");
}

TEST_CASE("the room is to be one that is there, which was not adopted yet or could not be") {
    auto facts = somebody_waiting();
    facts.status = communication::room_status::pending;
    facts.created = false;
    facts.adopt_address = "#physics:example.org";
    CHECK(told(facts) == "not_yet not_tried room_to_adopt task_due membership_in_force");
    CHECK(communication::explain(facts).findings.at(1).reason == "#physics:example.org");
    facts.status = communication::room_status::failed;
    CHECK(told(facts) == "not_yet not_tried room_failed room_to_adopt task_due membership_in_force");
    facts.created = true;
    CHECK(told(facts) == "not_yet not_tried room_failed task_due membership_in_force");
}

TEST_CASE("the provider is paused or cannot be used") {
    auto facts = somebody_waiting();
    facts.paused = {"disabled", now + 7};
    facts.provider_problem = "The plugin is refused.";
    CHECK(told(facts) == "not_yet not_tried provider_unavailable provider_paused task_due membership_in_force");
    CHECK(communication::explain(facts).findings.at(1).reason == "The plugin is refused.");
    CHECK(communication::explain(facts).findings.at(2).reason == "disabled");
    CHECK(communication::explain(facts).findings.at(2).at == now + 7);
}

TEST_CASE("the room's task runs, has failed, or is missing") {
    auto facts = somebody_waiting();
    facts.next->state = task::state::running;
    CHECK(told(facts) == "not_yet not_tried task_running membership_in_force");
    facts.next->state = task::state::waiting;
    CHECK(told(facts) == "not_yet not_tried task_due membership_in_force");
    facts.next = {task::state::failed, now, "ten times the same"};
    CHECK(told(facts) == "not_yet not_tried task_failed membership_in_force");
    CHECK(communication::explain(facts).findings.at(1).reason == "ten times the same");
    facts.next.reset();
    CHECK(told(facts) == "not_yet not_tried no_task membership_in_force");
}

TEST_CASE("each standing and each finding has a word of its own") {
    std::set<std::string_view> words;
    for (auto kind = finding_kind::membership_in_force; kind <= finding_kind::no_task;
         kind = static_cast<finding_kind>(static_cast<int>(kind) + 1))
        words.insert(to_string(kind));
    CHECK(words.size() == static_cast<std::size_t>(finding_kind::no_task) + 1);
    CHECK(!words.contains("?"));
    CHECK(to_string(static_cast<finding_kind>(200)) == "?");
    CHECK(to_string(static_cast<communication::standing>(200)) == "?");
}

TEST_CASE("the facts are those of the store") {
    test::world world;
    world.rules.left = communication::left_policy::respect;
    world.server.refused_members = {"@eve"};
    world.server.refused_usernames = {"bob"};
    world.enrol({{"ada", room_role::member}, {"eve", room_role::owner}, {"bob", room_role::member}});
    world.reconcile();
    task::queue queue(*world.database, world.clock);
    const auto told_of = [&](const std::string& username) {
        const auto on = world.database->borrow();
        const auto person = directory::find_user(*on, username).value();
        return told(communication::facts_about(*on, queue, world.room(), person, world.rules, world.clock.now()));
    };
    CHECK(told_of("ada") == "in_room membership_in_force");
    CHECK(told_of("eve") == "not_yet refused task_due membership_in_force");
    CHECK(told_of("bob") == "not_yet account_refused task_due membership_in_force");
    world.server_room().members.erase("@ada");
    world.reconcile();
    CHECK(told_of("ada") == "not_in_room left_respected membership_in_force");
    queue.pause("fake", std::nullopt, "disabled");
    CHECK(told_of("eve") == "not_yet refused provider_paused task_due membership_in_force");
    world.enrol({{"eve", room_role::owner}});
    CHECK(told_of("bob") == "not_in_room no_membership");
    world.hide_class();
    CHECK(told_of("eve") == "leaving instance_hidden membership_in_force refused provider_paused task_due");
}

TEST_CASE("of a class that ended and keeps its people it is told that they stay") {
    test::world world;
    world.rules.ended = communication::ended_policy::archive;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.delete_class();
    world.reconcile();
    task::queue queue(*world.database, world.clock);
    const auto on = world.database->borrow();
    const auto person = directory::find_user(*on, "ada").value();
    CHECK(told(communication::facts_about(*on, queue, world.room(), person, world.rules, world.clock.now())) ==
          "in_room kept_in_archive");
}
