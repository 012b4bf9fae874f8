#include "roster/group_rooms.hpp"

#include "directory/membership.hpp"
#include "imported_directory.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::imported_directory;
using test::school;

namespace {

/// The course c with the groups a and b: t teaches it, p1 and p2 are in a, p3 in b, and p4 in the course alone.
std::string course(const std::string& fields, const std::string& memberships = R"(
    {"instance": "c", "user": "t", "role": "teacher"},
    {"instance": "c", "user": "p1", "role": "student"}, {"instance": "c", "user": "p2", "role": "student"},
    {"instance": "c", "user": "p3", "role": "student"}, {"instance": "c", "user": "p4", "role": "student"},
    {"type": "group", "instance": "a", "user": "p1", "role": "student"},
    {"type": "group", "instance": "a", "user": "p2", "role": "student"},
    {"type": "group", "instance": "b", "user": "p3", "role": "student"})",
                   const std::string& groups = R"({"id": "a", "name": "A"}, {"id": "b", "name": "B"})") {
    std::string users;
    for (const std::string id : {"t", "p1", "p2", "p3", "p4"})
        users += (users.empty() ? "" : ", ") + (R"({"id": ")" + id + R"(", "username": ")" + id + "\"}");
    return R"("users": [)" + users + R"(], "instances": [{"id": "c", "name": "Chemistry", )" + fields +
           R"("groups": [)" + groups + R"(]}], "memberships": [)" + memberships + "]";
}

const std::string on = R"("group_rooms": true, )";
const std::string off = R"("group_rooms": false, )";

/// "p1 p2 t": who is to be in the room of a course or group.
std::string in_room(imported_directory& directory, const std::string& id) {
    for (const auto& instance : directory::list_instances(directory.sql())) {
        if (instance.key.external_id != id) continue;
        std::string found;
        std::set<std::string> people;
        for (const auto& member : directory::effective_members(directory.sql(), instance.id, directory.now))
            people.insert(directory::find_user(directory.sql(), member.user).value().record.external_id);
        for (const auto& who : people) found += (found.empty() ? "" : " ") + who;
        return found;
    }
    return "no " + id;
}

roster::braked taken(imported_directory& directory, const std::string& rest, const std::string& scope = "full") {
    const auto plan = directory.plan(school(scope, rest));
    return roster::brake(plan.changes, directory.stored(),
                         directory::standing_members(directory.sql(), directory.source, directory.now),
                         directory.limits, directory.paused_until, directory.now);
}

}  // namespace

TEST_CASE("with rooms for the groups the course has none, and who is entitled to all groups is in each") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    CHECK(in_room(directory, "c").empty());
    CHECK(in_room(directory, "a") == "p1 p2 t");
    CHECK(in_room(directory, "b") == "p3 t");
    CHECK(directory.plan(school("full", course(on))).empty());
}

TEST_CASE("without the mode a course has its room, and its groups have theirs with nobody else") {
    imported_directory directory;
    directory.import(school("full", course("")));
    CHECK(in_room(directory, "c") == "p1 p2 p3 p4 t");
    CHECK(in_room(directory, "a") == "p1 p2");
}

TEST_CASE("a document that does not say it leaves the mode as it is") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    CHECK(directory.plan(school("full", course(""))).empty());
    directory.import(school("full", course(off)));
    CHECK(in_room(directory, "c") == "p1 p2 p3 p4 t");
    CHECK(in_room(directory, "a") == "p1 p2");
}

TEST_CASE("all members of all groups are told at once as those of all instances") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    CHECK(directory::all_effective_members(directory.sql(), directory.now).size() == 5);
}

TEST_CASE("a membership can say for itself whether it is of all groups") {
    imported_directory directory;
    directory.import(school("full", course(on, R"(
        {"instance": "c", "user": "t", "role": "teacher", "all_groups": false},
        {"instance": "c", "user": "p4", "role": "student", "all_groups": true},
        {"type": "group", "instance": "a", "user": "p1", "role": "student"})")));
    CHECK(in_room(directory, "a") == "p1 p4");
    CHECK(in_room(directory, "b") == "p4");
}

TEST_CASE("the configuration can say which roles are in all groups") {
    roster::reading how;
    how.all_groups.emplace().insert("student");
    const auto read = roster::read_document(
        R"({"format": "commhost-roster", "version": 1, "component": "school", "scope": "full", )" + course(on) + "}",
        "r.json", how);
    imported_directory directory;
    directory.import(read);
    CHECK(in_room(directory, "b") == "p1 p2 p3 p4");
}

TEST_CASE("instances that appear with groups have the mode that is the default, and others as before") {
    imported_directory directory;
    const auto plan = roster::make_plan(school("full", course("")), directory.stored(), directory.source,
                                        {directory.absent, directory.now, nullptr, false, true});
    directory.apply(plan);
    CHECK(in_room(directory, "c").empty());
    CHECK(in_room(directory, "b") == "p3 t");
    const auto again = roster::make_plan(school("full", course(off)), directory.stored(), directory.source,
                                         {directory.absent, directory.now, nullptr, false, true});
    directory.apply(again);
    CHECK(in_room(directory, "c") == "p1 p2 p3 p4 t");
    CHECK(roster::make_plan(school("full", course("")), directory.stored(), directory.source,
                            {directory.absent, directory.now, nullptr, false, true})
              .empty());
}

TEST_CASE("whoever moves from the course's room to that of a group is not removed, who is in none is") {
    imported_directory directory;
    directory.import(school("full", course("")));
    const auto found = taken(directory, course(on));
    CHECK(found.members == 8);
    CHECK(found.removals == 1);
    CHECK(found.held_removals == 0);
}

TEST_CASE("groups that appear with the mode count as well") {
    imported_directory directory;
    const std::string alone = R"({"instance": "c", "user": "t", "role": "teacher"},
        {"instance": "c", "user": "p1", "role": "student"}, {"instance": "c", "user": "p2", "role": "student"})";
    directory.import(school("full", course("", alone, "")));
    CHECK(
        taken(directory, course(on, alone + R"(, {"type": "group", "instance": "a", "user": "p1", "role": "student"})"))
            .removals == 1);
    CHECK(taken(directory, course(on, alone, "")).removals == 3);
}

TEST_CASE("the mode is held where too many would be in no room, while the rest goes on, and is approved") {
    imported_directory directory;
    directory.limits.per_room = {0, {}};
    directory.import(school("full", course("")));
    auto renamed = course(on);
    renamed.replace(renamed.find("Chemistry"), 9, "Chemistry 8");
    const auto id = directory.import(school("full", renamed));
    REQUIRE(id);
    CHECK(in_room(directory, "c") == "p1 p2 p3 p4 t");
    CHECK(in_room(directory, "a") == "p1 p2");
    CHECK(directory.stored().instances[0].record.name == "Chemistry 8");
    CHECK(directory.approve(*id) == 0);
    CHECK(in_room(directory, "c").empty());
    CHECK(in_room(directory, "a") == "p1 p2 t");
}

TEST_CASE("turned off, everybody moves to the course's room and nobody is removed") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    const auto found = taken(directory, course(off));
    CHECK(found.members == 5);
    CHECK(found.removals == 0);
    directory.undo();
    CHECK(directory.stored().memberships.empty());
}

TEST_CASE("who teaches no more leaves the room of every group") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    auto without = course(on);
    const std::string teacher = R"({"instance": "c", "user": "t", "role": "teacher"},)";
    without.replace(without.find(teacher), teacher.size(), "");
    CHECK(taken(directory, without).removals == 2);
    directory.limits.per_room = {0, {}};
    CHECK(directory.import(school("full", without)));
    CHECK(in_room(directory, "a") == "p1 p2 t");
    directory.limits.per_room = {};
    directory.import(school("full", without));
    CHECK(in_room(directory, "a") == "p1 p2");
}

TEST_CASE("who becomes a plain member is in the room of their own group alone") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    auto changed = course(on);
    changed.replace(changed.find("\"teacher\""), 9, "\"student\"");
    CHECK(taken(directory, changed).removals == 2);
    directory.limits.per_room = {0, {}};
    CHECK(directory.import(school("full", changed)));
    CHECK(in_room(directory, "b") == "p3 t");
    directory.limits.per_room = {};
    directory.import(school("full", changed));
    CHECK(in_room(directory, "b") == "p3");
}

TEST_CASE("a group that goes takes its room along, and one that comes has those of all groups") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    const std::string rest = R"({"instance": "c", "user": "t", "role": "teacher"},
        {"type": "group", "instance": "a", "user": "p1", "role": "student"})";
    CHECK(taken(directory, course(on, rest, R"({"id": "a", "name": "A"}, {"id": "d", "name": "D"})")).removals == 3);
    directory.import(school("full", course(on, rest, R"({"id": "a", "name": "A"}, {"id": "d", "name": "D"})")));
    CHECK(in_room(directory, "d") == "t");
    CHECK(in_room(directory, "a") == "p1 t");
}

TEST_CASE("a course that is hidden closes the rooms of its groups") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    CHECK(taken(directory, course(R"("status": "hidden", )")).removals == 5);
    directory.limits.per_room = {0, {}};
    CHECK(directory.import(school("full", course(R"("status": "hidden", )"))));
    CHECK(directory.stored().instances[0].record.status == directory::instance_status::active);
}

TEST_CASE("another source that names somebody keeps them in the groups' rooms") {
    imported_directory directory;
    directory.import(school("full", course(on)));
    directory.source = "other";
    directory.import(school("partial", R"("memberships": [{"instance": "c", "user": "t", "role": "teacher"}])"));
    directory.source = "default";
    auto without = course(on);
    const std::string teacher = R"({"instance": "c", "user": "t", "role": "teacher"},)";
    without.replace(without.find(teacher), teacher.size(), "");
    CHECK(taken(directory, without).removals == 0);
    directory.import(school("full", without));
    CHECK(in_room(directory, "a") == "p1 p2 t");
}

TEST_CASE("what was turned on is taken back with the import") {
    imported_directory directory;
    directory.import(school("full", course("")));
    directory.import(school("full", course(on)));
    directory.undo();
    CHECK(in_room(directory, "c") == "p1 p2 p3 p4 t");
    CHECK(in_room(directory, "a") == "p1 p2");
}

TEST_CASE("only true or false says the mode, and no group has one") {
    CHECK(test::refusal([] {
              school("full", course(R"("group_rooms": "yes", )"));
          }).find("#/instances/0/group_rooms") != std::string::npos);
    CHECK(test::refusal([] {
              school("full", course("", "", R"({"id": "a", "name": "A", "group_rooms": true})"));
          }).find("ROSTER_JSON_FIELD") == 0);
}

TEST_CASE("who is to be in all groups only until tomorrow is removed, though the course keeps them for longer") {
    imported_directory directory;
    directory.now = 1'000'000;
    const auto both = [&](const std::string& ends) {
        return course(on, R"({"id": "e1", "instance": "c", "user": "t", "role": "teacher")" + ends + R"(},
            {"id": "e2", "instance": "c", "user": "t", "role": "student"},
            {"id": "e3", "type": "group", "instance": "a", "user": "p1", "role": "student"})");
    };
    directory.import(school("full", both("")));
    CHECK(in_room(directory, "b") == "t");
    const auto tomorrow = both(R"(, "ends": "1970-01-02")");
    CHECK(taken(directory, tomorrow).removals == 2);
    CHECK(taken(directory, both(R"(, "ends": "1970-02-01")")).removals == 0);
    directory.limits.per_room = {0, {}};
    const auto held = directory.import(school("full", tomorrow));
    REQUIRE(held);
    CHECK(directory.stored().memberships[0].ends == std::nullopt);
    CHECK(directory.approve(*held) == 0);
    CHECK(directory.stored().memberships[0].ends == 86'400'000);
}

TEST_CASE("who goes on in one group when the right to be in all ends leaves the others alone") {
    imported_directory directory;
    directory.now = 1'000'000;
    const std::string rest = R"({"id": "e3", "type": "group", "instance": "b", "user": "p3", "role": "student"})";
    directory.import(
        school("full", course(on, R"({"id": "e1", "instance": "c", "user": "t", "role": "teacher"}, )" + rest)));
    const auto changed =
        course(on, R"({"id": "e1", "instance": "c", "user": "t", "role": "teacher", "ends": "1970-01-02"},
               {"id": "e4", "type": "group", "instance": "a", "user": "t", "role": "student", "begins": "1970-01-02"}, )" +
                       rest);
    const auto found = taken(directory, changed);
    CHECK(found.removals == 1);
    directory.limits.per_room = {0, {}};
    const auto above = taken(directory, changed);
    REQUIRE(above.rooms.size() == 1);
    CHECK(above.rooms[0].key.external_id == "b");
}

TEST_CASE("who leaves a group and stays by the right to be in all of them is not removed") {
    imported_directory directory;
    const std::string teacher = R"({"instance": "c", "user": "t", "role": "teacher"})";
    directory.import(school(
        "full", course(on, teacher + R"(, {"type": "group", "instance": "a", "user": "t", "role": "student"})")));
    CHECK(taken(directory, course(on, teacher)).removals == 0);
}

TEST_CASE("groups that name a provider keep their rooms where their course is to have none, and their people count") {
    imported_directory directory;
    const auto closed = [](const std::string& provider, const std::string& memberships) {
        return course(R"("group_rooms": true, "provider": ")" + provider + "\", ", memberships,
                      R"({"id": "a", "name": "A", "provider": "matrix"}, {"id": "b", "name": "B"})");
    };
    const std::string all = R"({"type": "group", "instance": "a", "user": "p1", "role": "student"},
        {"type": "group", "instance": "a", "user": "p2", "role": "student"},
        {"type": "group", "instance": "b", "user": "p3", "role": "student"})";
    directory.import(school("full", closed("matrix", all)));
    const auto found = taken(directory, closed("none", all));
    CHECK(found.removals == 1);
    CHECK(found.members == 3);
    directory.limits.per_room = {};
    directory.import(school("full", closed("none", all)));
    CHECK(taken(directory, closed("none", "")).removals == 2);
    directory.limits.per_room = {1, {}};
    CHECK(directory.import(school("full", closed("none", ""))));
    CHECK(in_room(directory, "a") == "p1 p2");
}

namespace {

/// The courses c, which t teaches, and d, which s teaches; the group a with p1 and p2 is one of this or that one, or of none.
struct two_courses {
    std::string of_a = "c";
    std::string in_c = on;
    std::string in_d = on;
    std::string further = "";

    std::string text() const {
        const auto course = [&](const std::string& id, const std::string& fields) {
            return R"({"id": ")" + id + R"(", "name": ")" + id + R"(", )" + fields + R"("groups": [)" +
                   (of_a == id ? R"({"id": "a", "name": "A"}, )" : "") + R"({"id": ")" + id +
                   R"(-own", "name": "O"}]})";
        };
        std::string users;
        for (const std::string id : {"t", "s", "p1", "p2", "p3"})
            users += (users.empty() ? "" : ", ") + (R"({"id": ")" + id + R"(", "username": ")" + id + "\"}");
        return R"("users": [)" + users + R"(], "instances": [)" + course("c", in_c) + ", " + course("d", in_d) +
               R"(], "memberships": [{"instance": "c", "user": "t", "role": "teacher"},
                   {"instance": "d", "user": "s", "role": "teacher"},
                   {"type": "group", "instance": "a", "user": "p1", "role": "student"},
                   {"type": "group", "instance": "a", "user": "p2", "role": "student"})" +
               further + "]";
    }

    /// As long as there is only the course c.
    std::string without_d() const {
        auto found = text();
        const auto from = found.find(R"(, {"id": "d", "name")");
        found.erase(from, found.find(R"(], "memberships")") - from);
        const std::string teacher = R"({"instance": "d", "user": "s", "role": "teacher"},)";
        return found.erase(found.find(teacher), teacher.size());
    }
};

}  // namespace

TEST_CASE(
    "of a group that moves to another course who was there by right of the first is removed, and held with the move") {
    imported_directory directory;
    directory.import(school("full", two_courses().text()));
    CHECK(in_room(directory, "a") == "p1 p2 t");
    two_courses moved;
    moved.of_a = "d";
    moved.further = R"(, {"type": "group", "instance": "a", "user": "p3", "role": "student"})";
    CHECK(taken(directory, moved.text()).removals == 1);
    directory.limits.per_room = {0, {}};
    const auto some = taken(directory, moved.text());
    CHECK(some.held_removals == 1);
    REQUIRE(some.rooms.size() == 1);
    CHECK(some.rooms[0].members == 3);
    const auto held = directory.import(school("full", moved.text()));
    REQUIRE(held);
    CHECK(in_room(directory, "a") == "p1 p2 p3 t");
    CHECK(directory.approve(*held) == 0);
    CHECK(in_room(directory, "a") == "p1 p2 p3 s");
}

TEST_CASE("a group that moves keeps whoever is in it by right of both courses") {
    imported_directory directory;
    two_courses both;
    both.further = R"(, {"instance": "d", "user": "t", "role": "teacher"})";
    directory.import(school("full", both.text()));
    both.of_a = "d";
    CHECK(taken(directory, both.text()).removals == 0);
    directory.limits.per_room = {0, {}};
    CHECK_FALSE(directory.import(school("full", both.text())));
    CHECK(in_room(directory, "a") == "p1 p2 s t");
}

TEST_CASE("whose right in the course that a group moves to ends soon is removed by the move") {
    imported_directory directory;
    two_courses both;
    both.further = R"(, {"instance": "d", "user": "t", "role": "teacher", "ends": "1970-01-02"})";
    directory.import(school("full", both.text()));
    both.of_a = "d";
    CHECK(taken(directory, both.text()).removals == 1);
}

TEST_CASE(
    "a group that moves to a course that has the room itself keeps its members, and one that moves from there too") {
    imported_directory directory;
    two_courses moved;
    moved.in_d = off;
    directory.import(school("full", moved.text()));
    moved.of_a = "d";
    CHECK(taken(directory, moved.text()).removals == 1);
    directory.import(school("full", moved.text()));
    CHECK(in_room(directory, "a") == "p1 p2");
    moved.of_a = "c";
    CHECK(taken(directory, moved.text()).removals == 0);
    directory.limits.per_room = {0, {}};
    CHECK_FALSE(directory.import(school("full", moved.text())));
    CHECK(in_room(directory, "a") == "p1 p2 t");
}

TEST_CASE("a group that moves to a hidden course loses everybody, and stays where it is until that is approved") {
    imported_directory directory;
    two_courses moved;
    moved.in_d = on + R"("status": "hidden", )";
    directory.import(school("full", moved.text()));
    moved.of_a = "d";
    CHECK(taken(directory, moved.text()).removals == 3);
    directory.limits.per_room = {0, {}};
    REQUIRE(directory.import(school("full", moved.text())));
    CHECK(in_room(directory, "a") == "p1 p2 t");
}

TEST_CASE("a group that moves to a hidden course that appears with the move loses everybody, and that is held") {
    imported_directory directory;
    two_courses moved;
    directory.import(school("full", moved.without_d()));
    CHECK(in_room(directory, "a") == "p1 p2 t");
    moved.in_d = on + R"("status": "hidden", )";
    moved.of_a = "d";
    CHECK(taken(directory, moved.text()).removals == 3);
    directory.limits.per_room = {0, {}};
    REQUIRE(directory.import(school("full", moved.text())));
    CHECK(in_room(directory, "a") == "p1 p2 t");
}

TEST_CASE("a group that moves to a course that appears keeps whoever is in it by right of both courses") {
    imported_directory directory;
    two_courses both;
    directory.import(school("full", both.without_d()));
    both.of_a = "d";
    both.further = R"(, {"instance": "d", "user": "t", "role": "teacher"})";
    CHECK(taken(directory, both.text()).removals == 0);
    directory.limits.per_room = {0, {}};
    CHECK_FALSE(directory.import(school("full", both.text())));
    CHECK(in_room(directory, "a") == "p1 p2 s t");
}

TEST_CASE("a course of which a group moves away stays as long as the move is held") {
    imported_directory directory;
    two_courses moved;
    directory.import(school("full", moved.text()));
    moved.of_a = "d";
    auto without = moved.text();
    const auto from = without.find(R"({"id": "c", "name")");
    without.erase(from, without.find(R"({"id": "d", "name")") - from);
    const std::string teacher = R"({"instance": "c", "user": "t", "role": "teacher"},)";
    without.erase(without.find(teacher), teacher.size());
    directory.limits.per_room = {0, {}};
    const auto held = directory.import(school("full", without));
    REQUIRE(held);
    CHECK(in_room(directory, "a") == "p1 p2 t");
    directory.approve(*held);
    CHECK(in_room(directory, "a") == "p1 p2 s");
}

TEST_CASE("what another source names as well does not go when its owner lets it go, and counts for nothing") {
    imported_directory directory;
    const std::string both = R"("users": [{"id": "p1", "username": "p1"}, {"id": "p2", "username": "p2"}],
        "instances": [{"id": "c", "name": "Chemistry"}], "memberships": [])";
    directory.import(school("full", both));
    directory.source = "other";
    directory.import(school("full", R"("users": [{"id": "p1", "username": "p1"}],
        "instances": [{"id": "c", "name": "Chemistry"}],
        "memberships": [{"instance": "c", "user": "p1", "role": "student"}])"));
    directory.source = "default";
    CHECK(directory.stored().users[0].claimed_elsewhere);
    CHECK_FALSE(directory.stored().users[1].claimed_elsewhere);
    const std::string fewer = R"("users": [{"id": "p2", "username": "p2"}], "instances": [], "memberships": [])";
    CHECK(taken(directory, fewer).removals == 0);
    directory.limits.per_room = {0, {}};
    directory.limits.total = {0, {}};
    CHECK_FALSE(directory.import(school("full", fewer)));
    CHECK(in_room(directory, "c") == "p1");
    directory.source = "other";
    CHECK(taken(directory, fewer).removals == 1);
}
