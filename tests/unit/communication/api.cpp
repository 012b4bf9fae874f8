#include "communication/api.hpp"

#include "communication/codes.hpp"
#include "message/error.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace commhost;
using core_communication::room_role;

namespace {

std::vector<task::listed_task> tasks(test::world& world) { return task::queue(*world.database, world.clock).list({}); }

}  // namespace

TEST_CASE("each class that changed has one task, and the others have none") {
    test::world world;
    world.enrol({{"ada", room_role::member}}, "physics");
    world.enrol({{"bob", room_role::member}}, "history");
    CHECK(tasks(world).size() == 2);
    task::queue queue(*world.database, world.clock);
    for (const auto& task : queue.lease("worker", "fake", 10)) queue.complete(task);
    world.reconcile("physics");
    world.reconcile("history");
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}}, "physics");
    REQUIRE(tasks(world).size() == 1);
    CHECK(communication::room_of(tasks(world)[0].payload) == world.room("physics").id);
    CHECK(tasks(world)[0].queue == "fake");
}

TEST_CASE("an instance without any provider has no room, and gets one when a provider is named") {
    test::world world;
    world.default_provider = "";
    world.enrol({{"ada", room_role::member}});
    const auto on = world.database->borrow();
    CHECK(communication::list_rooms(*on).empty());
    const auto without = communication::without_room(*on);
    REQUIRE(without.size() == 1);
    CHECK(communication::follow(*on, without, "fake", task::lane::roster, 1) == 1);
    CHECK(world.room().provider == "fake");
    CHECK(communication::without_room(*on).empty());
}

TEST_CASE("a room that is there stays where it is when another default is named") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.default_provider = "other";
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    CHECK(world.room().provider == "fake");
    CHECK(communication::list_rooms(*world.database->borrow()).size() == 1);
}

TEST_CASE("another provider gets a room of its own, and the first one's is used again on return") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    const auto first = world.room().id;
    const auto on = world.database->borrow();
    const auto id = world.room().instance;
    const auto move_to = [&](const char* provider) {
        world.ask_for_room();
        directory::set_provider(*on, id, provider, 1);
        communication::follow(*on, std::span(&id, 1), "fake", task::lane::roster, 1);
    };
    move_to("other");
    CHECK(world.room().provider == "other");
    CHECK(communication::rooms_of(*on, id).size() == 2);
    move_to("fake");
    CHECK(world.room().id == first);
}

TEST_CASE("a class that comes back has the room again that it had last, wherever new ones are made now") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    const auto first = world.room();
    const auto on = world.database->borrow();
    const auto move_to = [&](const char* provider) {
        world.ask_for_room();
        world.clock.advance(std::chrono::milliseconds(1));
        directory::set_provider(*on, first.instance, provider, world.clock.now());
        communication::follow(*on, std::span(&first.instance, 1), "fake", task::lane::roster, world.clock.now());
    };
    move_to("second");
    move_to("third");
    move_to("second");
    const auto last = world.room().id;
    directory::set_provider(*on, first.instance, "", world.clock.now());
    world.clock.advance(std::chrono::milliseconds(1));
    world.hide_class();
    CHECK_FALSE(world.room().active);
    world.default_provider = "fourth";
    world.enrol({{"ada", room_role::member}});
    CHECK(world.room().id == last);
    CHECK(world.room().provider == "second");
    CHECK(communication::rooms_of(*on, first.instance).size() == 3);
}

TEST_CASE("a class that comes back has its room where the command says, and one that is there stays where it is") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    const auto on = world.database->borrow();
    const auto id = world.room().instance;
    const auto follow = [&] {
        communication::follow(*on, std::span(&id, 1), "other", task::lane::roster, 1,
                              communication::chosen_by::command);
    };
    follow();
    CHECK(world.room().provider == "fake");
    world.hide_class();
    world.default_provider = "";
    on->execute("update directory_instance set status = 0");  // it is back, and nobody has said where
    follow();
    CHECK(world.room().provider == "other");
}

TEST_CASE("a number that is one room's and the id of another's instance is ambiguous") {
    test::world world;
    world.enrol({}, "2");
    world.enrol({}, "1");
    const auto on = world.database->borrow();
    try {
        communication::find_room(*on, "1");
        FAIL("found");
    } catch (const message::error& failed) {
        CHECK(failed.code() == communication::ROOM_AMBIGUOUS);
    }
    CHECK(communication::find_room(*on, "school/class/1").instance == world.room("1").instance);
}

TEST_CASE("a room is found by number, by its full name and by an id that only one has") {
    test::world world;
    world.enrol({}, "physics");
    const auto on = world.database->borrow();
    const auto id = world.room().id;
    CHECK(communication::find_room(*on, std::to_string(static_cast<std::int64_t>(id))).id == id);
    CHECK(communication::find_room(*on, "school/class/physics").id == id);
    CHECK(communication::find_room(*on, "physics").id == id);
    try {
        communication::find_room(*on, "chemistry");
        FAIL("found");
    } catch (const message::error& failed) {
        CHECK(failed.code() == communication::ROOM_UNKNOWN);
    }
}

TEST_CASE("a change while nothing has been done yet stays one task, and the generation tells them apart") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    const auto before = world.room().wanted_generation;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    CHECK(tasks(world).size() == 1);
    CHECK(world.room().wanted_generation == before + 1);
    CHECK(world.room().applied_generation == 0);
    world.reconcile();
    CHECK(world.room().applied_generation == world.room().wanted_generation);
}

TEST_CASE("a synchronisation of all queues the active rooms in the lane that delays nobody") {
    test::world world;
    world.enrol({}, "physics");
    world.enrol({}, "history");
    world.delete_class("history");
    task::queue queue(*world.database, world.clock);
    for (const auto& task : queue.lease("worker", "fake", 10)) queue.complete(task);
    CHECK(communication::synchronise_all(*world.database->borrow(), {"schedule"}, world.clock.now()) == 1);
    REQUIRE(tasks(world).size() == 1);
    CHECK(tasks(world)[0].in_lane == task::lane::periodic);
}

TEST_CASE("room keys are stable, differ between classes and between sites, and keep to their alphabet") {
    const auto key = communication::room_key("site", {"school", "class", "1"});
    CHECK(key == communication::room_key("site", {"school", "class", "1"}));
    CHECK(key != communication::room_key("site", {"school", "class", "2"}));
    CHECK(key != communication::room_key("other", {"school", "class", "1"}));
    CHECK(communication::room_key("s", {"ab", "c", "1"}) != communication::room_key("s", {"a", "bc", "1"}));
    CHECK(key.size() == 32);
    CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("a provider's rooms, people and accounts leave the records, and no other provider's") {
    test::world world;
    world.enrol({{"ada", room_role::member}}, "physics");
    world.enrol({{"ada", room_role::member}}, "history");
    world.reconcile("physics");
    world.ask_for_room("history");
    const auto on = world.database->borrow();
    const auto history = world.room("history").instance;
    directory::set_provider(*on, history, "other", 1);
    communication::follow(*on, std::span(&history, 1), "fake", task::lane::roster, 1);
    const auto physics = world.room("physics").id;
    CHECK(communication::forget_provider(*on, "fake").size() == 2);
    const auto left = communication::list_rooms(*on);
    REQUIRE(left.size() == 1);
    CHECK(left[0].provider == "other");
    CHECK(on->scalar<std::int64_t>("select count(*) from communication_user where communication_id = :room",
                                   {{"room", physics}}) == 0);
    CHECK(on->scalar<std::int64_t>("select count(*) from communication_account where provider = 'fake'") == 0);
    CHECK(communication::forget_provider(*on, "fake").empty());
}
