#include "communication/parity.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using core_communication::room_role;

namespace {

communication::room_parity parity(test::world& world) {
    const auto rooms = communication::compare_with_rosters(*world.database->borrow(), world.clock.now());
    REQUIRE(rooms.size() == 1);
    return rooms.front();
}

directory::user_id id_of(test::world& world, const std::string& username) {
    return directory::find_user(*world.database->borrow(), username).value().id;
}

}  // namespace

TEST_CASE("a room that was not made yet lacks everybody of its roster") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    const auto found = parity(world);
    CHECK((found.roster == 2 && found.in_room == 0));
    REQUIRE(found.odd.size() == 2);
    CHECK(found.odd[0] == communication::odd_member{id_of(world, "ada"), true, std::nullopt});
    CHECK_FALSE(found.reconciled_at.has_value());
}

TEST_CASE("a room that equals its roster has nobody in whom they differ") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    const auto found = parity(world);
    CHECK((found.roster == 2 && found.in_room == 2 && found.odd.empty()));
    CHECK(found.reconciled_at.has_value());
}

TEST_CASE("who could not be added is missing with the reason, and who could not be taken out is too many") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    world.server.refused_members = {"@bob", "@cyd"};
    world.enrol({{"ada", room_role::member}, {"cyd", room_role::member}});
    world.reconcile();
    const auto found = parity(world);
    CHECK((found.roster == 2 && found.in_room == 2));
    REQUIRE(found.odd.size() == 2);
    CHECK((found.odd[0].user == id_of(world, "bob") && !found.odd[0].wanted && found.odd[0].reason == "may not join"));
    CHECK((found.odd[1].user == id_of(world, "cyd") && found.odd[1].wanted && found.odd[1].reason == "may not join"));
}

TEST_CASE("a roster that changed since the last pass is compared as it is now") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    world.enrol({{"ada", room_role::member}});
    const auto found = parity(world);
    CHECK((found.roster == 1 && found.in_room == 2));
    REQUIRE(found.odd.size() == 1);
    CHECK(found.odd[0] == communication::odd_member{id_of(world, "bob"), false, std::nullopt});
}

TEST_CASE("who left or was banned is not in the room, whatever the policy makes of it") {
    test::world world;
    world.rules.left = communication::left_policy::respect;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}, {"cyd", room_role::member}});
    world.reconcile();
    world.server_room().members.erase("@bob");
    world.server_room().others["@bob"] = core_communication::presence::left;
    world.server_room().members.erase("@cyd");
    world.server_room().others["@cyd"] = core_communication::presence::banned;
    world.reconcile();
    const auto found = parity(world);
    CHECK((found.roster == 3 && found.in_room == 1));
    REQUIRE(found.odd.size() == 2);
    CHECK((found.odd[0].wanted && found.odd[0].presence == core_communication::presence::left));
    CHECK((found.odd[1].wanted && found.odd[1].presence == core_communication::presence::banned));
    const auto counts = communication::count_members(*world.database->borrow());
    REQUIRE(counts.size() == 1);
    CHECK(counts[0].members.synced == 1);
}
