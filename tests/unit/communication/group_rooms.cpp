#include "communication/api.hpp"
#include "communication/explanation.hpp"
#include "communication/explanation_facts.hpp"
#include "communication/room_archive.hpp"
#include "communication/room_removal.hpp"
#include "communication/room_rules.hpp"
#include "directory/instance.hpp"
#include "directory/person.hpp"
#include "message/error.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace commhost;
using communication::finding_kind;
using core_communication::room_role;

namespace {

/// The class "physics" with the groups "a" and "b", which have the rooms: tea teaches it, bob is in a.
struct groups_world : test::world {
    groups_world() {
        directory::change_set changes;
        changes.source = "test";
        for (const std::string name : {"tea", "bob", "old"})
            changes.users.inserted.push_back({name, name, "", "", "Name of " + name, "", {}});
        auto course = record("physics", "Physics");
        course.group_rooms = true;
        changes.instances.inserted = {course, group("a", "Group A"), group("b", "Physics, group B")};
        changes.memberships.inserted = {membership("physics", "tea", room_role::moderator),
                                        membership("physics", "bob", room_role::member),
                                        membership("a", "bob", room_role::member)};
        apply(changes);
    }

    static directory::instance_record record(const std::string& id, const std::string& name) {
        return {class_key(id), std::nullopt, name, "", directory::instance_status::active, std::nullopt, std::nullopt};
    }
    static directory::instance_record group(const std::string& id, const std::string& name) {
        auto made = record(id, name);
        made.parent = class_key("physics");
        return made;
    }
    static directory::membership_record membership(const std::string& id, const std::string& user, room_role role) {
        return {{class_key(id), user, ""}, "word", role, std::nullopt, std::nullopt, {}};
    }

    void apply(const directory::change_set& changes) {
        database->transact([&](store::connection& on) {
            const auto touched = directory::apply(on, changes, clock.now());
            communication::follow(on, touched, default_provider, task::lane::roster, clock.now());
        });
    }

    void change_course(std::optional<bool> group_rooms, directory::instance_status status,
                       std::optional<std::string> provider = std::nullopt) {
        directory::change_set changes;
        changes.source = "test";
        auto course = record("physics", "Physics");
        course.group_rooms = group_rooms;
        course.status = status;
        course.provider = std::move(provider);
        changes.instances.updated.push_back(course);
        apply(changes);
    }

    /// Those that have a room that is not dormant.
    std::set<std::string> open() {
        std::set<std::string> found;
        const auto on = database->borrow();
        for (const auto& each : communication::list_rooms(*on))
            if (each.active) found.insert(directory::find_instance(*on, each.instance).value().key.external_id);
        return found;
    }

    std::set<std::string> people(const std::string& id) {
        std::set<std::string> found;
        for (const auto& [account, role] : on_server(id)) found.insert(account.substr(1));  // "@bob"
        return found;
    }

    void set_rules(const std::string& id, const communication::room_rules& said) {
        database->transact([&](store::connection& on) {
            communication::change_rules(on, instance(id).id, [&](communication::room_rules& own) { own = said; });
        });
    }

    communication::policy rules_of(const std::string& id) {
        return communication::rules_for(*database->borrow(), instance(id).id, rules);
    }

    std::vector<communication::finding> why(const std::string& id, const std::string& user) {
        task::queue queue(*database, clock);
        const auto on = database->borrow();
        const auto person = directory::find_person(*on, user);
        return communication::explain(communication::facts_about(*on, queue, room(id), person, rules, clock.now()))
            .findings;
    }
};

using names = std::set<std::string>;
using communication::ended_policy;

}  // namespace

TEST_CASE("a course whose groups have the rooms has none, and its groups have") {
    groups_world world;
    CHECK(world.open() == names{"a", "b"});
    CHECK(communication::without_room(*world.database->borrow()).empty());
    world.reconcile("a");
    world.reconcile("b");
    CHECK(world.people("a") == names{"bob", "tea"});
    CHECK(world.people("b") == names{"tea"});
}

TEST_CASE("turned off, the course has its room again, and whoever is in no group leaves those of the groups") {
    groups_world world;
    world.reconcile("a");
    world.change_course(false, directory::instance_status::active);
    CHECK(world.open() == names{"physics", "a", "b"});
    for (const auto* id : {"physics", "a", "b"}) world.reconcile(id);
    CHECK(world.people("physics") == names{"bob", "tea"});
    CHECK(world.people("a") == names{"bob"});
    const auto room = world.room("physics").id;
    world.change_course(true, directory::instance_status::active);
    CHECK(world.open() == names{"a", "b"});
    for (const auto* id : {"physics", "a"}) world.reconcile(id);
    CHECK(world.people("physics").empty());
    CHECK(world.people("a") == names{"bob", "tea"});
    world.change_course(false, directory::instance_status::active);
    CHECK(world.room("physics").id == room);
}

TEST_CASE("a hidden course closes the rooms of its groups, and so does one that is to have no room") {
    groups_world world;
    world.change_course({}, directory::instance_status::hidden);
    CHECK(world.open().empty());
    CHECK(communication::without_room(*world.database->borrow()).empty());
    world.change_course({}, directory::instance_status::active, std::string(directory::no_provider));
    CHECK(world.open().empty());
    CHECK(communication::without_room(*world.database->borrow()).empty());
    world.change_course({}, directory::instance_status::active, "other");
    CHECK(world.open() == names{"a", "b"});
    CHECK(world.room("a").provider == "other");
}

TEST_CASE("a change of who is entitled to all groups queues the rooms of the groups") {
    groups_world world;
    task::queue queue(*world.database, world.clock);
    for (const auto& task : queue.lease("worker", "fake", 10)) queue.complete(task);
    directory::change_set changes;
    changes.source = "test";
    changes.memberships.deleted.push_back({test::world::class_key("physics"), "tea", ""});
    world.apply(changes);
    CHECK(queue.list({}).size() == 2);
}

TEST_CASE("the room of a group has the name of the course before its own, unless that begins with it") {
    groups_world world;
    CHECK(world.instance("a").name == "Physics: Group A");
    CHECK(world.instance("b").name == "Physics, group B");
    CHECK(world.instance("physics").name == "Physics");
    world.change_course(false, directory::instance_status::active);
    CHECK(world.instance("a").name == "Group A");
}

TEST_CASE("it is told who is in by right of all groups, and that the groups have the rooms") {
    groups_world world;
    const auto told = world.why("a", "tea");
    REQUIRE(!told.empty());
    CHECK(told.back().kind == finding_kind::in_all_groups);
    CHECK(told.back().reason == "Physics");
    CHECK(told.back().source == "test");
    CHECK(world.why("b", "bob").front().kind == finding_kind::no_membership);
    world.change_course(false, directory::instance_status::active);
    world.ask_for_room("physics");
    world.change_course(true, directory::instance_status::active);
    CHECK(world.why("physics", "bob").front().kind == finding_kind::groups_have_rooms);
}

TEST_CASE("who is merged into somebody leaves when that one is in the room, and not before") {
    groups_world world;
    directory::change_set first;
    first.source = "test";
    first.memberships.inserted.push_back(groups_world::membership("a", "old", room_role::member));
    world.apply(first);
    world.reconcile("a");
    CHECK(world.people("a") == names{"bob", "old", "tea"});

    directory::change_set merger;
    merger.source = "test";
    merger.users.inserted.push_back({"new", "new", "", "", "Name of new", "", {}});
    merger.users.updated.push_back({"old", "old", "", "", "Name of old", "", {}, {}, "new"});
    world.apply(merger);
    CHECK(world.why("a", "old").front().kind == finding_kind::person_merged);
    world.server.refused_members.insert("@new");
    world.reconcile("a");
    CHECK(world.people("a") == names{"bob", "old", "tea"});
    world.server.refused_members.clear();
    world.reconcile("a");
    CHECK(world.people("a") == names{"bob", "new", "tea"});
}

TEST_CASE("the rules of a course hold for the rooms of its groups, and a group's own go before them") {
    groups_world world;
    world.rules.ended = ended_policy::purge;
    world.rules.exempt = {"@bot"};
    communication::room_rules of_course;
    of_course.ended = ended_policy::archive;
    of_course.unlisted = communication::unlisted_policy::keep;
    of_course.exempt = {"@parent"};
    world.set_rules("physics", of_course);
    communication::room_rules of_group;
    of_group.ended = ended_policy::keep;
    of_group.exempt = {"@guest"};
    world.set_rules("b", of_group);

    CHECK(world.rules_of("physics").ended == ended_policy::archive);
    CHECK(world.rules_of("a").ended == ended_policy::archive);
    CHECK(world.rules_of("a").unlisted == communication::unlisted_policy::keep);
    CHECK(world.rules_of("a").left == communication::left_policy::add_again);
    CHECK(world.rules_of("a").exempt == std::vector<std::string>{"@bot", "@parent"});
    CHECK(world.rules_of("b").ended == ended_policy::keep);
    CHECK(world.rules_of("b").unlisted == communication::unlisted_policy::keep);
    CHECK(world.rules_of("b").exempt == std::vector<std::string>{"@bot", "@parent", "@guest"});

    // A group that only lies beside its course's room is an instance like any other.
    world.change_course(false, directory::instance_status::active);
    CHECK(world.rules_of("a").ended == ended_policy::purge);
}

TEST_CASE("the room of a group has ended with its course, and has the end that the course has said") {
    groups_world world;
    world.rules.ended = ended_policy::purge;
    world.reconcile("a");
    world.clock.advance(std::chrono::hours(1));
    const auto purge_at = [&] {
        return communication::purge_at(world.room("a"), world.instance("a"), world.rules_of("a"));
    };
    const auto archive_at = [&] {
        return communication::archive_at(world.room("a"), world.instance("a"), world.rules_of("a"));
    };
    const auto after_its_time = world.clock.now() + 30LL * 24 * 3'600'000;
    CHECK_FALSE(purge_at());
    SUBCASE("as configured it is deleted") {
        world.delete_class("physics");
        CHECK(purge_at() == after_its_time);
        CHECK_FALSE(archive_at());
        world.reconcile("a");
        CHECK(world.people("a").empty());
    }
    SUBCASE("by the course's rule it is archived with its people") {
        communication::room_rules of_course;
        of_course.ended = ended_policy::archive;
        world.set_rules("physics", of_course);
        world.delete_class("physics");
        CHECK(archive_at() == after_its_time);
        CHECK_FALSE(purge_at());
        world.reconcile("a");
        CHECK(world.people("a") == names{"bob", "tea"});
    }
    SUBCASE("a course that is only hidden has not ended") {
        world.change_course({}, directory::instance_status::hidden);
        CHECK_FALSE(purge_at());
        world.reconcile("a");
        CHECK(world.people("a").empty());
    }
}

TEST_CASE("it is told who stays in the archive of a group whose course is deleted") {
    groups_world world;
    world.rules.ended = ended_policy::archive;
    world.reconcile("a");
    world.delete_class("physics");
    world.reconcile("a");
    CHECK(world.people("a") == names{"bob", "tea"});
    const auto findings = world.why("a", "bob");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].kind == communication::finding_kind::kept_in_archive);
    for (const auto& each : world.why("a", "old")) CHECK(each.kind != communication::finding_kind::course_hidden);
}

TEST_CASE("rules of a course that change concern the rooms of its groups") {
    groups_world world;
    task::queue queue(*world.database, world.clock);
    for (const auto& task : queue.lease("worker", "fake", 10)) queue.complete(task);
    world.database->transact(
        [&](store::connection& on) { communication::look_again(on, world.instance("physics").id, world.clock.now()); });
    std::set<communication::communication_id> queued;
    for (const auto& task : queue.list({})) queued.insert(communication::room_of(task.payload));
    CHECK(queued == std::set{world.room("a").id, world.room("b").id});
}

TEST_CASE("a course is found by its name though it has no room of its own") {
    groups_world world;
    const auto on = world.database->borrow();
    CHECK(communication::find_instance(*on, "physics").name == "Physics");
    CHECK(communication::find_instance(*on, "school/class/physics").name == "Physics");
    const auto number = std::to_string(static_cast<std::int64_t>(world.room("a").id));
    CHECK(communication::find_instance(*on, number).name == "Group A");
    CHECK_THROWS_AS(communication::find_room(*on, "physics"), message::error);
    CHECK_THROWS_AS(communication::find_instance(*on, "chemistry"), message::error);
}
