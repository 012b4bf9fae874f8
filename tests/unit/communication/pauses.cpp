#include "communication/api.hpp"
#include "communication/policy.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>

using namespace commhost;
using communication::removals_paused_until;
using core_communication::room_role;

namespace {

using people = std::map<std::string, room_role>;

}  // namespace

TEST_CASE("a pause holds from its beginning up to, and not at, its end") {
    communication::policy rules;
    rules.pauses = {{100, 200}};
    CHECK(removals_paused_until(rules, 99) == std::nullopt);
    CHECK(removals_paused_until(rules, 100) == 200);
    CHECK(removals_paused_until(rules, 199) == 200);
    CHECK(removals_paused_until(rules, 200) == std::nullopt);
    CHECK(removals_paused_until({}, 150) == std::nullopt);
}

TEST_CASE("pauses that follow one another hold up to the end of the last, in whatever order they stand") {
    communication::policy rules;
    rules.pauses = {{250, 300}, {100, 200}, {150, 250}, {400, 500}};
    CHECK(removals_paused_until(rules, 120) == 300);
    CHECK(removals_paused_until(rules, 310) == std::nullopt);
}

TEST_CASE("within a pause whoever is to leave stays, who is to join joins, and the room says until when") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    const auto end = world.clock.now() + 86'400'000;
    world.rules.pauses = {{0, end}};
    world.enrol({{"ada", room_role::moderator}, {"cyd", room_role::member}});
    world.server_room().members["@stranger"] = room_role::member;
    const auto result = world.reconcile();
    CHECK(result.removed == 0);
    CHECK(result.added == 1);
    CHECK(result.roles_changed == 1);
    CHECK(result.waiting == 0);
    CHECK(result.removals_paused_until == end);
    CHECK(world.on_server() == people{{"@ada", room_role::moderator},
                                      {"@bob", room_role::member},
                                      {"@cyd", room_role::member},
                                      {"@stranger", room_role::member}});
    CHECK(world.room().status == communication::room_status::ready);
    const auto said = world.room().last_error.value_or("");
    CHECK(said.starts_with("2 people are still in the room"));  // ROOM_REMOVALS_PAUSED
}

TEST_CASE("at the end of a pause the room is due, and then they leave") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    const auto now = world.clock.now();
    world.rules.pauses = {{0, now + 1000}};
    world.enrol({{"ada", room_role::member}});
    const auto paused = world.reconcile();
    CHECK(communication::next_pass(*world.database->borrow(), world.room(), now, now, paused.waiting > 0,
                                   paused.removals_paused_until) == now + 1000);
    world.clock.advance(std::chrono::milliseconds(1000));
    const auto result = world.reconcile();
    CHECK(result.removed == 1);
    CHECK(result.removals_paused_until == std::nullopt);
    CHECK(world.on_server() == people{{"@ada", room_role::member}});
    CHECK(world.room().last_error == std::nullopt);
}

TEST_CASE("who waits for an account is tried again within a pause, whoever waits to leave") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    const auto now = world.clock.now();
    world.rules.pauses = {{0, now + 86'400'000}};
    world.server.refused_usernames = {"cyd"};
    world.enrol({{"ada", room_role::member}, {"cyd", room_role::member}});
    const auto result = world.reconcile();
    CHECK(result.waiting == 1);
    CHECK(communication::next_pass(*world.database->borrow(), world.room(), now, now, true,
                                   result.removals_paused_until) == now + 5 * 60'000);
}

TEST_CASE("the room of a deleted class is not emptied within a pause") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.rules.pauses = {{0, world.clock.now() + 1000}};
    world.delete_class();
    world.reconcile();
    CHECK(world.on_server().size() == 1);
    world.clock.advance(std::chrono::milliseconds(1000));
    world.reconcile();
    CHECK(world.on_server().empty());
}
