#include "communication/api.hpp"
#include "communication/explanation.hpp"
#include "communication/explanation_facts.hpp"
#include "directory/instance.hpp"
#include "directory/person.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

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
        auto course = instance("physics", "Physics");
        course.group_rooms = true;
        changes.instances.inserted = {course, group("a", "Group A"), group("b", "Physics, group B")};
        changes.memberships.inserted = {membership("physics", "tea", room_role::moderator),
                                        membership("physics", "bob", room_role::member),
                                        membership("a", "bob", room_role::member)};
        apply(changes);
    }

    static directory::instance_record instance(const std::string& id, const std::string& name) {
        return {class_key(id), std::nullopt, name, "", directory::instance_status::active, std::nullopt, std::nullopt};
    }
    static directory::instance_record group(const std::string& id, const std::string& name) {
        auto made = instance(id, name);
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
        auto course = instance("physics", "Physics");
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

    std::vector<communication::finding> why(const std::string& id, const std::string& user) {
        task::queue queue(*database, clock);
        const auto on = database->borrow();
        const auto person = directory::find_person(*on, user);
        return communication::explain(communication::facts_about(*on, queue, room(id), person, rules, clock.now()))
            .findings;
    }
};

using names = std::set<std::string>;

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
    const auto on = world.database->borrow();
    const auto shown = [&](const std::string& id) {
        auto found = directory::find_instance(*on, test::world::class_key(id)).value();
        return communication::shown_instance(*on, std::move(found)).name;
    };
    CHECK(shown("a") == "Physics: Group A");
    CHECK(shown("b") == "Physics, group B");
    CHECK(shown("physics") == "Physics");
    world.change_course(false, directory::instance_status::active);
    CHECK(shown("a") == "Group A");
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
