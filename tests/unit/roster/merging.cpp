#include "roster/merging.hpp"

#include "directory/erasure.hpp"
#include "directory/membership.hpp"
#include "directory/merging.hpp"
#include "imported_directory.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

using namespace commhost;
using test::imported_directory;
using test::lines;
using test::problems_of;
using test::school;

namespace {

std::string document(const std::string& old, const std::string& memberships) {
    return R"("users": [{"id": "p-100", "username": "ada"}, {"id": "p-101", "username": "bob"}, )" + old +
           R"(], "instances": [{"id": "c", "name": "Chemistry"}], "memberships": [)" + memberships + "]";
}

const std::string two = R"({"id": "p-99", "username": "ada2"})";
const std::string one = R"({"id": "p-99", "merged_into": "p-100"})";
const std::string old_in = R"({"instance": "c", "user": "p-99", "role": "teacher"})";
const std::string new_in = R"({"instance": "c", "user": "p-100", "role": "student"})";

std::string without_ada(std::string in) {
    const std::string ada = R"({"id": "p-100", "username": "ada"}, )";
    return in.erase(in.find(ada), ada.size());
}

/// "p-100 moderator": who is to be in the course's room.
lines in_room(imported_directory& directory) {
    lines found;
    for (const auto& instance : directory::list_instances(directory.sql()))
        for (const auto& [user, role] : directory::effective_members(directory.sql(), instance.id, directory.now))
            found.push_back(directory::find_user(directory.sql(), user).value().record.external_id + " " +
                            std::string(directory::to_string(role)));
    return found;
}

std::size_t removals(imported_directory& directory, const std::string& rest) {
    const auto plan = directory.plan(school("full", rest));
    return roster::brake(plan.changes, directory.stored(),
                         directory::standing_members(directory.sql(), directory.source, directory.now),
                         directory.limits, std::nullopt, directory.now)
        .removals;
}

}  // namespace

TEST_CASE("who is merged into somebody leaves them all places, and nobody is removed") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    CHECK(in_room(directory) == lines{"p-99 moderator"});
    CHECK(removals(directory, document(one, old_in)) == 0);
    directory.import(school("full", document(one, old_in)));
    CHECK(in_room(directory) == lines{"p-100 moderator"});
    CHECK(directory::find_user(directory.sql(), "p-99").value().record.merged_into == "p-100");
    CHECK(directory.plan(school("full", document(one, old_in))).empty());
}

TEST_CASE("memberships that name the new person from now on are the same") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    CHECK(removals(directory, document(one, new_in)) == 0);
    directory.import(school("full", document(one, new_in)));
    CHECK(in_room(directory) == lines{"p-100 member"});
}

TEST_CASE("whom both were is there once, with the higher role") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in + ", " + new_in)));
    directory.import(school("full", document(one, old_in + ", " + new_in)));
    CHECK(in_room(directory) == lines{"p-100 moderator"});
}

TEST_CASE("who is merged and named nowhere any more is removed") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    CHECK(removals(directory, document(one, "")) == 1);
}

TEST_CASE("who is merged into somebody suspended is in no room, and counts") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    auto suspended = document(one, old_in);
    suspended.replace(suspended.find(R"("username": "ada"})"), 18, R"("username": "ada", "status": "suspended"})");
    CHECK(removals(directory, suspended) == 2);  // And the suspended one, who is in no room.
    directory.limits.per_room = {0, {}};
    CHECK(directory.import(school("full", suspended)));
    CHECK(in_room(directory) == lines{"p-99 moderator"});
}

TEST_CASE("who is merged into somebody of whom this roster says nothing more and another one keeps is not removed") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    directory.source = "other";
    directory.import(school("full", R"("users": [{"id": "p-100", "username": "ada"}])"));
    directory.source = "default";
    const auto let_go = without_ada(document(one, old_in));
    CHECK(removals(directory, let_go) == 0);
    directory.limits.per_room = {0, {}};
    CHECK_FALSE(directory.import(school("full", let_go)));
    CHECK(in_room(directory) == lines{"p-100 moderator"});
}

TEST_CASE("who is merged into somebody whom no roster names any more is in no room, and counts") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    CHECK(removals(directory, without_ada(document(one, old_in))) == 2);  // And the one who goes, who is in no room.
}

TEST_CASE("a merger is taken back with its import, and written by an export") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    directory.import(school("full", document(one, old_in)));
    directory.undo();
    CHECK(in_room(directory) == lines{"p-99 moderator"});
}

TEST_CASE("of several who are merged one into the other the last has it all") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    const auto chain = document(one + R"(, {"id": "p-98", "username": "ada3"})", old_in);
    directory.import(school("full", chain));
    auto further = chain;
    further.replace(further.find(R"({"id": "p-100", "username": "ada"})"), 34,
                    R"({"id": "p-100", "merged_into": "p-101"})");
    directory.import(school("full", further));
    CHECK(in_room(directory) == lines{"p-101 moderator"});
    CHECK(directory.plan(school("full", further)).empty());
}

TEST_CASE("who is merged into nobody known, or comes round, is reported and keeps their places (ROSTER_MERGED)") {
    imported_directory directory;
    const auto unknown = directory.plan(school("full", document(R"({"id": "p-99", "merged_into": "p-7"})", old_in)));
    CHECK(problems_of(unknown.problems) == lines{"ROSTER_MERGED r.json#/users/2"});
    directory.apply(unknown);
    CHECK(in_room(directory) == lines{"p-99 moderator"});
    const auto round = directory.plan(school(
        "full", document(R"({"id": "p-99", "merged_into": "p-98"}, {"id": "p-98", "merged_into": "p-99"})", old_in)));
    CHECK(round.problems.kept().size() == 2);
}

TEST_CASE("a merger that a roster takes back is a removal of who had the place, and is held as one") {
    imported_directory directory;
    directory.import(school("full", document(one, old_in)));
    CHECK(in_room(directory) == lines{"p-100 moderator"});
    CHECK(removals(directory, document(two, old_in)) == 1);
    CHECK(removals(directory, document(two, old_in + ", " + new_in)) == 0);
    directory.limits.per_room = {0, {}};
    const auto held = directory.import(school("full", document(R"({"id": "p-99", "username": "renamed"})", old_in)));
    REQUIRE(held);
    CHECK(in_room(directory) == lines{"p-100 moderator"});
    CHECK(directory::find_user(directory.sql(), "p-99").value().record.username == "renamed");
    CHECK(directory.approve(*held) == 0);
    CHECK(in_room(directory) == lines{"p-99 moderator"});
}

TEST_CASE("who is merged into another person than before is a removal of the first") {
    imported_directory directory;
    directory.import(school("full", document(one, old_in)));
    CHECK(removals(directory, document(R"({"id": "p-99", "merged_into": "p-101"})", old_in)) == 1);
}

TEST_CASE("what another source says of the one who is merged no more goes with them") {
    imported_directory directory;
    directory.import(school("full", document(one, "")));
    directory.source = "other";
    directory.import(school("partial", R"("memberships": [)" + old_in + "]"));
    directory.source = "default";
    CHECK(removals(directory, document(two, "")) == 1);
    directory.source = "other";
    directory.import(school("partial", R"("memberships": [)" + new_in + "]"));
    directory.source = "default";
    CHECK(removals(directory, document(two, "")) == 0);
}

TEST_CASE("who was merged into somebody who is merged now is taken back with it") {
    imported_directory directory;
    directory.import(school("full", document(one, old_in)));
    const std::string further = R"("users": [{"id": "p-100", "merged_into": "p-101"}])";
    directory.import(school("partial", further));
    CHECK(in_room(directory) == lines{"p-101 moderator"});
    directory.undo();
    CHECK(in_room(directory) == lines{"p-100 moderator"});
}

TEST_CASE("a roster that takes back one word of several leaves the others as they were said") {
    imported_directory directory;
    const std::string further = R"({"id": "p-100", "merged_into": "p-101"})";
    const auto people = [](const std::string& middle, const std::string& last) {
        return R"("users": [{"id": "p-98", "merged_into": "p-99"}, )" + middle + ", " + last +
               R"(, {"id": "p-101", "username": "bob"}], "instances": [{"id": "c", "name": "Chemistry"}],
               "memberships": [{"instance": "c", "user": "p-98", "role": "student"}])";
    };
    const std::string alone = R"({"id": "p-100", "username": "ada"})";
    directory.import(school("full", people(one, further)));
    CHECK(in_room(directory) == lines{"p-101 member"});
    CHECK(directory.plan(school("full", people(one, further))).empty());
    SUBCASE("the last") {
        CHECK(removals(directory, people(one, alone)) == 1);
        directory.import(school("full", people(one, alone)));
        CHECK(in_room(directory) == lines{"p-100 member"});
        CHECK(directory.plan(school("full", people(one, alone))).empty());
        directory.undo();
        CHECK(in_room(directory) == lines{"p-101 member"});
        CHECK(directory.plan(school("full", people(one, further))).empty());
    }
    SUBCASE("the one in the middle") {
        CHECK(removals(directory, people(two, further)) == 1);
        directory.import(school("full", people(two, further)));
        CHECK(in_room(directory) == lines{"p-99 member"});
        directory.undo();
        CHECK(in_room(directory) == lines{"p-101 member"});
    }
    SUBCASE("and what is held of it holds all who are somebody by it") {
        directory.limits.per_room = {0, {}};
        const auto held = directory.import(school("full", people(two, further)));
        REQUIRE(held);
        CHECK(in_room(directory) == lines{"p-101 member"});
        CHECK(directory.approve(*held) == 0);
        CHECK(in_room(directory) == lines{"p-99 member"});
    }
}

TEST_CASE("what two rosters say of one another in a circle is told of the one who closes it (ROSTER_MERGED)") {
    imported_directory directory;
    directory.import(school("full", document(one, old_in)));
    directory.source = "other";
    const auto round = directory.plan(school("full", R"("users": [{"id": "p-100", "merged_into": "p-99"}])"));
    CHECK(problems_of(round.problems) == lines{"ROSTER_MERGED r.json#/users/0"});
}

TEST_CASE("what a roster says of somebody whom an admin has merged is kept, as far as it names somebody") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    const auto person = [&](const std::string& id) { return directory::find_user(directory.sql(), id).value(); };
    directory::merge_by_hand(directory.sql(), person("p-99"), person("p-101"), directory.now);
    const auto unknown = directory.plan(school("full", document(R"({"id": "p-99", "merged_into": "p-7"})", old_in)));
    CHECK(problems_of(unknown.problems) == lines{"ROSTER_MERGED r.json#/users/2"});
    const auto itself = directory.plan(school("full", document(R"({"id": "p-99", "merged_into": "p-99"})", old_in)));
    CHECK(problems_of(itself.problems) == lines{"ROSTER_MERGED r.json#/users/2"});
    CHECK(removals(directory, document(one, old_in)) == 0);
    directory.import(school("full", document(one, old_in)));
    CHECK(in_room(directory) == lines{"p-101 moderator"});
    CHECK(directory.plan(school("full", document(one, old_in))).empty());
    directory::part_by_hand(directory.sql(), person("p-99"), directory.now);
    CHECK(in_room(directory) == lines{"p-100 moderator"});
}

TEST_CASE("what an admin has merged no roster parts, nor is there anything to change for it") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    const auto by_hand = [&](const std::string& who, const std::string& into) {
        const auto person = [&](const std::string& id) { return directory::find_user(directory.sql(), id).value(); };
        return directory::merge_by_hand(directory.sql(), person(who), person(into), directory.now);
    };
    CHECK(by_hand("p-99", "p-100").size() == 1);
    CHECK(in_room(directory) == lines{"p-100 moderator"});
    CHECK(directory.plan(school("full", document(two, old_in))).empty());
    CHECK(removals(directory, document(two, old_in)) == 0);
    auto renamed = document(R"({"id": "p-99", "username": "ada3"})", old_in);
    directory.import(school("full", renamed));
    CHECK(in_room(directory) == lines{"p-100 moderator"});
    CHECK(directory.plan(school("full", renamed)).empty());
    // One who says the opposite is told so, and the admin's word stays.
    renamed.replace(renamed.find(R"({"id": "p-100", "username": "ada"})"), 34,
                    R"({"id": "p-100", "merged_into": "p-99"})");
    const auto round = directory.plan(school("full", renamed));
    CHECK(problems_of(round.problems) == lines{"ROSTER_MERGED r.json#/users/0"});
    directory.apply(round);
    CHECK(in_room(directory) == lines{"p-100 moderator"});
}

TEST_CASE("a suspension that is held does not hold what an admin has said of the same person") {
    imported_directory directory;
    directory.import(school("full", document(two, old_in)));
    const auto person = [&](const std::string& id) { return directory::find_user(directory.sql(), id).value(); };
    directory::merge_by_hand(directory.sql(), person("p-99"), person("p-100"), directory.now);
    const auto suspended = document(R"({"id": "p-99", "username": "ada2", "status": "suspended"})", old_in);
    const auto plan = directory.plan(school("full", suspended));
    const auto taken = roster::brake(plan.changes, directory.stored(),
                                     directory::standing_members(directory.sql(), directory.source, directory.now),
                                     directory.limits, directory.now + 1, directory.now);
    REQUIRE(taken.held.users.updated.size() == 1);
    CHECK(taken.held.users.updated[0].merged_into.empty());
}

TEST_CASE("who is named again stays a person, whatever a roster says, while the one they were merged into is erased") {
    imported_directory directory;
    directory.import(school("full", document(one, old_in)));
    CHECK(in_room(directory) == lines{"p-100 moderator"});
    const auto number = [&](const char* id) { return directory::find_user(directory.sql(), id).value().id; };
    const auto first = number("p-100");
    for (const auto person : {first, number("p-99")}) directory::begin_erasure(directory.sql(), person, directory.now);
    const auto again = [&] {
        return school("full", R"("users": [)" + one + R"(], "instances": [{"id": "c", "name": "Chemistry"}],
                      "memberships": [)" +
                                  old_in + "]");
    };
    const auto plan = directory.plan(again());
    CHECK(problems_of(plan.problems) == lines{"ROSTER_MERGED r.json#/users/0"});
    directory.apply(plan);
    CHECK(directory::withdraw_erasures_of_named(directory.sql(), directory.now).people == std::vector{number("p-99")});
    CHECK(in_room(directory) == lines{"p-99 moderator"});
    for (const bool erased : {false, true}) {
        if (erased)
            REQUIRE(directory::finish_erasures(directory.sql(), std::array{first}, directory.now).people.size() == 1);
        const auto next = directory.plan(again());
        CHECK(problems_of(next.problems) == lines{"ROSTER_MERGED r.json#/users/0"});
        CHECK(next.empty());
        directory.apply(next);
        CHECK(in_room(directory) == lines{"p-99 moderator"});
    }
}

TEST_CASE("what a roster says of somebody who is being erased counts again with the roster that names that one") {
    imported_directory directory;
    directory.import(school("full", document(one, old_in)));
    directory::begin_erasure(directory.sql(), directory::find_user(directory.sql(), "p-100").value().id, directory.now);
    const auto plan = directory.plan(school("full", document(one, old_in)));
    CHECK(plan.problems.kept().empty());
    directory.apply(plan);
    CHECK(in_room(directory) == lines{"p-100 moderator"});
}

TEST_CASE("what a roster says of a person of another source parts nobody who is merged into that one") {
    imported_directory directory;
    directory.import(school("full", R"("users": [{"id": "p-100", "username": "ada"}])"));
    directory.source = "other";
    std::string word;
    SUBCASE("into somebody unknown") { word = "p-7"; }
    SUBCASE("round") { word = "p-99"; }
    const auto both = school("full", R"("users": [)" + one + R"(, {"id": "p-100", "merged_into": ")" + word + "\"}]");
    const auto plan = directory.plan(both);
    CHECK(problems_of(plan.problems) == lines{"ROSTER_MERGED r.json#/users/1"});
    directory.apply(plan);
    CHECK(directory::find_user(directory.sql(), "p-99").value().record.merged_into == "p-100");
}

TEST_CASE(
    "a chain of a hundred thousand people in a roster leads to the last, and to nobody where the last is unknown") {
    constexpr int number = 100'000;
    const auto chain = [&](bool last_is_known) {
        std::string users;
        for (int each = 0; each < number; ++each)
            users +=
                R"({"id": "p)" + std::to_string(each) + R"(", "merged_into": "p)" + std::to_string(each + 1) + "\"},";
        users += last_is_known ? R"({"id": "p100000", "username": "ada"})" : R"({"id": "q", "username": "ada"})";
        return school("full", R"("users": [)" + users + "]");
    };
    CHECK(roster::make_plan(chain(true), {}, "default").problems.noted() == 0);
    CHECK(roster::make_plan(chain(false), {}, "default").problems.noted() == number);
}
