#include "communication/adoption.hpp"
#include "communication/room_hold.hpp"
#include "communication/room_removal.hpp"
#include "communication/room_rules.hpp"
#include "service/room_values.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>

using namespace commhost;
using communication::room_status;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

void set_rules(test::world& world, const communication::room_rules& rules) {
    world.database->transact([&](store::connection& on) {
        communication::change_rules(on, world.room().instance, [&](communication::room_rules& own) { own = rules; });
    });
}

void done_with_tasks(test::world& world) {
    task::queue queue(*world.database, world.clock);
    for (const auto& task : queue.lease("worker", "fake", 10)) queue.complete(task);
}

std::size_t tasks_of(test::world& world) { return task::queue(*world.database, world.clock).list({}).size(); }

}  // namespace

TEST_CASE(
    "a frozen room keeps its people and its state, whatever becomes of its class, and catches up when it is thawed") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    done_with_tasks(world);
    const auto room = world.room();
    const auto on = world.database->borrow();
    communication::freeze(*on, room, {5, "alice", "exam"});
    world.delete_class();
    CHECK(world.room().status == room_status::held);
    CHECK_FALSE(world.room().active);
    CHECK(communication::hold_of(*on, room.id) == communication::room_hold{5, "alice", "exam"});
    done_with_tasks(world);
    CHECK(communication::thaw(*on, room, world.clock.now()));
    CHECK(world.room().status == room_status::pending);
    CHECK_FALSE(communication::hold_of(*on, room.id).has_value());
    CHECK(tasks_of(world) == 1);
    CHECK_FALSE(communication::thaw(*on, room, world.clock.now()));
}

TEST_CASE("freezing a frozen room again changes why, not since when") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    const auto on = world.database->borrow();
    communication::freeze(*on, world.room(), {5, "alice", "exam"});
    communication::freeze(*on, world.room(), {9, "bob", "another exam"});
    CHECK(communication::hold_of(*on, world.room().id) == communication::room_hold{5, "bob", "another exam"});
}

TEST_CASE("a room's own rules go before the configuration's, and exempt accounts add up") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    const auto on = world.database->borrow();
    communication::policy configured;
    configured.left = communication::left_policy::respect;
    configured.exempt = {"@bot"};
    communication::room_rules own;
    own.unlisted = communication::unlisted_policy::adopt;
    own.exempt = {"@guest-*"};
    set_rules(world, own);
    CHECK(communication::find_rules(*on, world.room().instance) == own);
    const auto valid = communication::rules_for(*on, world.room().instance, configured);
    CHECK(valid.unlisted == communication::unlisted_policy::adopt);
    CHECK(valid.left == communication::left_policy::respect);
    CHECK(communication::is_exempt(valid, "@bot"));
    CHECK(communication::is_exempt(valid, "@guest-17"));
    CHECK_FALSE(communication::is_exempt(valid, "@bot2"));
    CHECK_FALSE(communication::is_exempt(valid, "x@guest-17"));
}

TEST_CASE("an exempt account stays in the room, by the configuration or by the room's own rules") {
    test::world world;
    world.rules.exempt = {"@moderation-*"};
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.server_room().members["@moderation-bot"] = room_role::member;
    world.server_room().members["@parent"] = room_role::member;
    world.server_room().members["@stranger"] = room_role::member;
    communication::room_rules own;
    own.exempt = {"@parent"};
    set_rules(world, own);
    world.reconcile();
    CHECK(world.on_server() ==
          people{{"@ada", room_role::member}, {"@moderation-bot", room_role::member}, {"@parent", room_role::member}});
}

TEST_CASE("who is put into the room by hand becomes a member, and none when they are taken out by hand") {
    test::world world;
    world.rules.unlisted = communication::unlisted_policy::adopt;
    world.enrol({{"ada", room_role::member}}, "physics");
    world.enrol({{"bob", room_role::member}}, "history", "History");
    world.reconcile("physics");
    world.reconcile("history");
    world.server_room("physics").members["@bob"] = room_role::moderator;
    world.server_room("physics").members["@stranger"] = room_role::member;
    world.reconcile("physics");
    CHECK(world.known("bob", "physics").synced);
    CHECK(world.known("bob", "physics").role == room_role::moderator);
    // A member like any other from now on: whatever the policy.
    world.rules.unlisted = communication::unlisted_policy::remove;
    world.reconcile("physics");
    CHECK(world.on_server("physics") == people{{"@ada", room_role::member}, {"@bob", room_role::moderator}});

    world.server_room("physics").members.erase("@bob");
    world.reconcile("physics");
    CHECK(world.on_server("physics") == people{{"@ada", room_role::member}});
    CHECK_THROWS(world.known("bob", "physics"));
    world.server.writes = 0;
    world.reconcile("physics");
    CHECK(world.server.writes == 0);
}

TEST_CASE("a room whose class has ended is purged after its time where that is the rule, and kept otherwise") {
    test::world world;
    communication::policy rules;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    const auto on = world.database->borrow();
    const auto at = [&] {
        const auto room = world.room();
        return communication::purge_at(room, directory::find_instance(*on, room.instance).value(), rules);
    };
    rules.ended = communication::ended_policy::purge;
    CHECK_FALSE(at().has_value());
    world.clock.advance(std::chrono::hours(1));
    world.delete_class();
    CHECK(at() == world.clock.now() + 30LL * 24 * 3'600'000);
    rules.ended = communication::ended_policy::keep;
    CHECK_FALSE(at().has_value());
    rules.ended = communication::ended_policy::purge;
    world.enrol({{"ada", room_role::member}});  // it is back
    CHECK_FALSE(at().has_value());
}

TEST_CASE("a room of a class that is only hidden is never purged") {
    test::world world;
    communication::policy rules;
    rules.ended = communication::ended_policy::purge;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.hide_class();
    const auto room = world.room();
    CHECK_FALSE(
        communication::purge_at(room, directory::find_instance(*world.database->borrow(), room.instance).value(), rules)
            .has_value());
}

TEST_CASE("only a room that is neither active nor frozen can be purged") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    const auto on = world.database->borrow();
    CHECK_FALSE(communication::begin_purge(*on, world.room(), 1));
    world.delete_class();
    communication::freeze(*on, world.room(), {1, "alice", ""});
    CHECK_FALSE(communication::begin_purge(*on, world.room(), 1));
    communication::thaw(*on, world.room(), 1);
    done_with_tasks(world);
    CHECK(communication::begin_purge(*on, world.room(), 1));
    CHECK(world.room().status == room_status::deleting);
    CHECK(tasks_of(world) == 1);
    CHECK_THROWS(communication::freeze(*on, world.room(), {1, "alice", ""}));
}

TEST_CASE("a purged room leaves nothing on record; a class that came back meanwhile gets a new one") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    const auto on = world.database->borrow();
    const auto first = world.room();
    world.delete_class();
    CHECK(communication::begin_purge(*on, first, 1));
    SUBCASE("it does not come back") {
        communication::deleted_on_server(*on, first, 1);
        CHECK(communication::list_rooms(*on).empty());
        CHECK_FALSE(service::room_value(*on, first.id, "room").has_value());
    }
    SUBCASE("it comes back") {
        world.enrol({{"ada", room_role::member}});
        CHECK(world.room().status == room_status::deleting);
        communication::deleted_on_server(*on, first, 1);
        CHECK(world.room().id != first.id);
        CHECK(world.room().active);
        CHECK_FALSE(world.room().created);
        CHECK(tasks_of(world) == 1);  // The new room's.
    }
}

TEST_CASE("nothing waits for a room that is forgotten, and what waits for others stays") {
    test::world world;
    world.enrol({{"ada", room_role::member}}, "physics");
    world.enrol({{"ada", room_role::member}}, "history", "History");
    world.reconcile("physics");
    const auto gone = world.room("physics");
    const auto other = world.room("history").id;
    world.delete_class("physics");
    task::queue queue(*world.database, world.clock);
    REQUIRE(queue.list({}).size() == 2);
    world.database->transact([&](store::connection& on) { communication::forget_room(on, gone); });
    REQUIRE(queue.list({}).size() == 1);
    CHECK(communication::room_of(queue.list({}).front().payload) == other);
}

TEST_CASE("none in the place of a provider: the room is emptied and kept, and no default provider brings another") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    const auto first = world.room();
    const auto on = world.database->borrow();
    CHECK(communication::move_room(*on, first.instance, directory::no_provider, 1) == 1);
    world.reconcile();
    CHECK(world.on_server().empty());
    CHECK(communication::without_room(*on).empty());
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    CHECK_FALSE(world.room().active);
    CHECK(communication::move_room(*on, first.instance, "fake", 1) == 1);
    CHECK(world.room().id == first.id);
    world.reconcile();
    CHECK(world.on_server().size() == 2);
}

TEST_CASE("a pass takes nobody out any more once something else is wanted, or an admin has frozen the room") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    bool once = true;
    SUBCASE("something else is wanted") {
        world.enrol({{"ada", room_role::member}, {"cyd", room_role::member}});
        world.server.on_accounts = [&] {
            if (std::exchange(once, false))
                world.enrol({{"ada", room_role::member}, {"bob", room_role::member}, {"cyd", room_role::member}});
        };
        world.reconcile();
        CHECK(world.on_server().contains("@bob"));
        CHECK(world.on_server().contains("@cyd"));
    }
    SUBCASE("frozen") {
        world.enrol({{"ada", room_role::member}, {"cyd", room_role::member}});
        world.server.on_accounts = [&] {
            if (std::exchange(once, false))
                communication::freeze(*world.database->borrow(), world.room(), {1, "alice", "wait"});
        };
        world.reconcile();
        CHECK(world.on_server() == people{{"@ada", room_role::member}, {"@bob", room_role::member}});
    }
    CHECK_FALSE(once);
    CHECK_FALSE(world.server.taken_out.contains("@bob"));
}

TEST_CASE(
    "who was put into the room by hand becomes a member in the next pass where something else is wanted meanwhile") {
    test::world world;
    world.rules.unlisted = communication::unlisted_policy::adopt;
    world.enrol({{"ada", room_role::member}}, "physics");
    world.enrol({{"bob", room_role::member}}, "history", "History");
    world.reconcile("physics");
    world.reconcile("history");
    world.server_room("physics").members["@bob"] = room_role::member;
    world.enrol({{"ada", room_role::member}, {"cyd", room_role::member}}, "physics");
    bool once = true;
    world.server.on_accounts = [&] {
        if (std::exchange(once, false)) world.enrol({{"cyd", room_role::member}}, "physics");
    };
    world.reconcile("physics");
    CHECK_FALSE(once);
    CHECK_THROWS(world.known("bob", "physics"));
    world.reconcile("physics");
    CHECK(world.known("bob", "physics").synced);
    CHECK(world.on_server("physics") == people{{"@bob", room_role::member}, {"@cyd", room_role::member}});
}

TEST_CASE("nobody is adopted by a room that is closed, nor while they are suspended") {
    test::world world;
    world.rules.unlisted = communication::unlisted_policy::adopt;
    world.enrol({{"ada", room_role::member}}, "physics");
    world.enrol({{"bob", room_role::member}}, "history", "History");
    world.reconcile("physics");
    world.reconcile("history");
    SUBCASE("closed") {
        world.server_room("physics").members["@bob"] = room_role::member;
        world.hide_class("physics");
        world.reconcile("physics");
        CHECK(world.on_server("physics").empty());
    }
    SUBCASE("suspended") {
        world.database->borrow()->execute("update directory_user set status = 1 where external_id = 'bob'");
        world.server_room("physics").members["@bob"] = room_role::member;
        world.reconcile("physics");
        CHECK(world.on_server("physics") == people{{"@ada", room_role::member}});
    }
    CHECK(communication::adopted_alone(*world.database->borrow(), world.room("physics").instance, world.clock.now())
              .empty());
}
