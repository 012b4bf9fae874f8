#include "communication/api.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace commhost;
using core_communication::room_role;

namespace {

/// Somebody who is in the class from that time on.
void enrol_from(test::world& world, const std::string& username, store::milliseconds_utc begins) {
    directory::change_set changes;
    changes.source = "test";
    changes.users.inserted.push_back({username, username, "", "", username, "", {}});
    changes.memberships.inserted.push_back(
        {{test::world::class_key("physics"), username, ""}, "role", room_role::member, begins, {}, {}});
    world.database->transact([&](store::connection& on) { directory::apply(on, changes, world.clock.now()); });
}

}  // namespace

TEST_CASE("a membership that begins while its room is worked on is due at once") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    const auto wanted_at = world.clock.now();
    enrol_from(world, "bob", wanted_at + 10);
    world.reconcile();
    CHECK(world.on_server().size() == 1);
    world.clock.advance(std::chrono::milliseconds(20));
    const auto on = world.database->borrow();
    CHECK(communication::next_pass(*on, world.room(), wanted_at, world.clock.now(), false) == wanted_at + 10);
    CHECK(communication::next_pass(*on, world.room(), world.clock.now(), world.clock.now(), false) == std::nullopt);
}

TEST_CASE("who waits is tried again after five minutes, then after twice as long, or when a date comes before") {
    test::world world;
    world.server.refused_usernames = {"ada"};
    world.enrol({{"ada", room_role::member}});
    const auto now = world.clock.now();
    const auto next = [&] { return communication::next_pass(*world.database->borrow(), world.room(), now, now, true); };
    world.reconcile();
    CHECK(next() == now + 5 * 60'000);
    world.reconcile();
    CHECK(next() == now + 10 * 60'000);
    enrol_from(world, "bob", now + 1000);
    CHECK(next() == now + 1000);
}
