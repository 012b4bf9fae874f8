#include "communication/api.hpp"
#include "communication/erasure.hpp"
#include "communication/room_adoption.hpp"
#include "communication/room_archive.hpp"
#include "communication/room_hold.hpp"
#include "communication/room_removal.hpp"
#include "directory/user.hpp"
#include "service/room_values.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;
using core_communication::room_role;

namespace {

/// Physics, whose room no worker has looked at yet.
struct new_class : test::world {
    new_class() { enrol({{"ada", room_role::member}}); }

    void move_to(const std::string& provider) {
        database->transact(
            [&](store::connection& on) { communication::move_room(on, instance().id, provider, clock.now()); });
    }

    /// "fake active", a line for each room.
    std::vector<std::string> rooms() {
        std::vector<std::string> found;
        for (const auto& room : communication::list_rooms(*database->borrow()))
            found.push_back(room.provider + (room.active ? " active" : " dormant"));
        return found;
    }

    /// The providers whose workers have something to do.
    std::vector<std::string> queues() {
        std::vector<std::string> found;
        for (const auto& task : task::queue(*database, clock).list({})) found.push_back(task.queue);
        return found;
    }
};

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("a room that nobody was asked to make is gone with its class, and all that was kept for it") {
    new_class world;
    const auto on = world.database->borrow();
    const auto room = world.room().id;
    service::set_room_value(*on, room, "creating", "1");
    on->execute("insert into plugin_room_setting (communication_id, name, value) values (:room, 'url', 'x')",
                {{"room", room}});
    world.delete_class();
    CHECK(world.rooms().empty());
    CHECK(world.queues().empty());
    CHECK_FALSE(service::room_value(*on, room, "creating"));
    CHECK(on->scalar<std::int64_t>("select count(*) from plugin_room_setting") == 0);
    CHECK(on->scalar<std::int64_t>("select count(*) from communication_user") == 0);
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    CHECK(world.on_server() == std::map<std::string, room_role>{{"@ada", room_role::member}});
}

TEST_CASE("a room that nobody was asked to make is not left behind at a provider, and made there as any room later") {
    new_class world;
    world.move_to("other");
    CHECK(world.rooms() == words{"other active"});
    CHECK(world.queues() == words{"other"});
    world.move_to("fake");
    CHECK(world.rooms() == words{"fake active"});
    CHECK(world.queues() == words{"fake"});
    world.reconcile();
    CHECK(world.on_server() == std::map<std::string, room_role>{{"@ada", room_role::member}});
    world.move_to("none");
    CHECK(world.rooms() == words{"fake dormant"});
    CHECK(world.queues() == words{"fake"});
}

TEST_CASE("a room that nobody was asked to make stays while its class is hidden, or somebody wants something with it") {
    new_class world;
    SUBCASE("hidden") { world.hide_class(); }
    SUBCASE("frozen") {
        communication::freeze(*world.database->borrow(), world.room(), {1, "alice", ""});
        world.delete_class();
    }
    SUBCASE("to be one that is there") {
        world.database->transact(
            [&](store::connection& on) { on.execute("update communication set adopt_address = '#physics'"); });
        world.delete_class();
    }
    CHECK(world.rooms() == words{"fake dormant"});
}

TEST_CASE("a room that nobody was asked to make has nothing to wait for while its class is hidden") {
    new_class world;
    const auto on = world.database->borrow();
    on->execute("insert into plugin_room_setting (communication_id, name, value) values (:room, 'url', 'x')",
                {{"room", world.room().id}});
    communication::set_last_error(*on, world.room().id, "the provider is not set up");
    world.hide_class();
    CHECK(world.rooms() == words{"fake dormant"});
    CHECK(world.queues().empty());
    CHECK(world.room().status == communication::room_status::ready);
    CHECK_FALSE(world.room().last_error);
    world.enrol({{"ada", room_role::member}});
    CHECK(world.queues() == words{"fake"});
    world.reconcile();
    CHECK(world.on_server() == std::map<std::string, room_role>{{"@ada", room_role::member}});
    CHECK(on->scalar<std::int64_t>("select count(*) from plugin_room_setting") == 1);
}

TEST_CASE("whoever was to be in a room that nobody was asked to make is in none once its class is hidden, and can be "
          "erased") {
    new_class world;
    // A pass that gets no further than the accounts of people has noted who is to be in the room.
    world.server.on_accounts = [] {
        throw core_communication::provider_error(core_communication::failure::rate_limited, "slowly");
    };
    CHECK_THROWS_AS(world.reconcile(), core_communication::provider_error);
    const auto on = world.database->borrow();
    REQUIRE(on->scalar<std::int64_t>("select count(*) from communication_user") == 1);
    world.hide_class();
    CHECK(on->scalar<std::int64_t>("select count(*) from communication_user") == 0);
    const auto ada = directory::find_user(*on, "ada").value().id;
    communication::begin_erasure(*on, ada, world.clock.now());
    CHECK(communication::advance_erasures(*on, world.clock.now()) == 1);
}

TEST_CASE("a room that nobody was asked to make comes back where somebody had chosen it to be") {
    new_class world;
    world.default_provider = "other";
    world.delete_class();
    CHECK(world.rooms() == words{"fake dormant"});
    world.enrol({{"ada", room_role::member}});
    CHECK(world.rooms() == words{"fake active"});
}

TEST_CASE("a room of which nobody knows whether it was made is purged also where its class was hidden before its end") {
    new_class world;
    world.server.is_away = true;
    CHECK_THROWS_AS(world.reconcile(), core_communication::provider_error);
    world.hide_class();
    world.database->transact(
        [&](store::connection& on) { on.execute("update communication set applied_generation = wanted_generation"); });
    world.clock.advance(std::chrono::hours(1));
    world.rules.ended = communication::ended_policy::purge;
    world.delete_class();
    const auto room = world.room();
    CHECK(room.ended_at == world.clock.now());
    CHECK(room.wanted_generation > room.applied_generation);
    CHECK(communication::purge_at(room, world.instance(), world.rules) == world.clock.now() + 30LL * 24 * 3'600'000);
    CHECK_FALSE(communication::archive_at(room, world.instance(), world.rules));
}

TEST_CASE("a room of which nobody knows whether it was made is looked for on the server, and deleted where that is the "
          "rule") {
    new_class world;
    world.rules.ended = communication::ended_policy::purge;
    world.enrol({});
    world.server.is_away = true;
    CHECK_THROWS_AS(world.reconcile(), core_communication::provider_error);
    CHECK_FALSE(world.room().created);
    CHECK(world.room().begun);
    world.clock.advance(std::chrono::hours(1));
    world.delete_class();
    CHECK(world.rooms() == words{"fake dormant"});
    CHECK(communication::purge_at(world.room(), world.instance(), world.rules) ==
          world.clock.now() + 30LL * 24 * 3'600'000);
}

TEST_CASE("a room that is left while its people get accounts is not made any more") {
    new_class world;
    SUBCASE("for another provider's") {
        world.server.on_accounts = [&] { world.move_to("other"); };
    }
    SUBCASE("with its class, which is hidden") {
        world.server.on_accounts = [&] { world.hide_class(); };
    }
    CHECK(world.reconcile().overtaken);
    CHECK(world.server.rooms.empty());
}
