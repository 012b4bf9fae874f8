// What a pass still does when part of it cannot be done.

#include "world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace commhost;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

failure kind_of_failure(test::world& world) {
    try {
        world.reconcile();
    } catch (const provider_error& failed) {
        return failed.kind();
    }
    FAIL("nothing was thrown");
    return failure::invalid;
}

/// A class of three of whom one is to leave, and one who has no account yet is to come.
void begin(test::world& world) {
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}, {"dan", room_role::member}});
    world.reconcile();
    world.server_room().members.erase("@dan");
    world.enrol({{"ada", room_role::member}, {"cleo", room_role::member}, {"dan", room_role::member}});
}

}  // namespace

TEST_CASE("where no accounts can be made, who must leave leaves and who has an account is in, and the pass fails") {
    for (const auto kind : {failure::unauthorised, failure::unavailable}) {
        CAPTURE(core_communication::to_string(kind));
        test::world world;
        begin(world);
        world.server.no_accounts = kind;
        CHECK(kind_of_failure(world) == kind);
        CHECK(world.on_server() == people{{"@ada", room_role::member}, {"@dan", room_role::member}});
        CHECK(world.room().applied_generation < world.room().wanted_generation);

        world.server.no_accounts.reset();
        CHECK(world.reconcile().waiting == 0);
        CHECK(world.on_server().size() == 3);
    }
}

TEST_CASE("a server that asks to wait is sent nothing more") {
    test::world world;
    begin(world);
    world.server.no_accounts = failure::rate_limited;
    world.server.reads = 0;
    CHECK(kind_of_failure(world) == failure::rate_limited);
    CHECK(world.server.reads == 0);
    CHECK(world.on_server().contains("@bob"));
}

TEST_CASE("a server that is away is asked for accounts once and for the room once") {
    test::world world;
    begin(world);
    world.server.is_away = true;
    world.server.calls_while_away = 0;
    CHECK(kind_of_failure(world) == failure::unavailable);
    CHECK(world.server.calls_while_away == 2);
}

TEST_CASE("a new room is made for those who have accounts while none can be made") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}}, "history");
    world.server.no_accounts = failure::unauthorised;
    CHECK_THROWS_AS(world.reconcile("history"), provider_error);
    CHECK(world.on_server("history") == people{{"@ada", room_role::member}});
}

TEST_CASE("strangers are removed though somebody was refused an account") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.server.refused_usernames = {"bob"};
    world.reconcile();
    world.server_room().members["@stranger"] = room_role::member;
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.on_server() == people{{"@ada", room_role::member}});
}

TEST_CASE("strangers stay where a refusal does not say that the person has no account") {
    for (const auto kind : {failure::conflict, failure::invalid, failure::unavailable}) {
        CAPTURE(core_communication::to_string(kind));
        test::world world;
        world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
        world.server.refused_usernames = {"bob"};
        world.server.usernames_refused_as = kind;
        world.reconcile();
        world.server_room().members["@bob's own"] = room_role::member;
        CHECK(world.reconcile().waiting == 1);
        CHECK(world.on_server() == people{{"@ada", room_role::member}, {"@bob's own", room_role::member}});
    }
}

TEST_CASE("strangers stay while one of them may be somebody whose account is not known, and the room says so") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.server.silent_about = {"@bob"};
    world.server.silent_about_accounts = true;
    world.reconcile();
    world.server_room().members["@stranger"] = room_role::member;
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.on_server() == people{{"@ada", room_role::member}, {"@stranger", room_role::member}});
    CHECK(world.room().status == communication::room_status::degraded);
    CHECK(world.room().last_error.value().find("One person who is not of the roster is still in the room") !=
          std::string::npos);

    world.server.silent_about.clear();
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::member}, {"@bob", room_role::member}});
    CHECK(world.room().last_error == std::nullopt);
}

TEST_CASE("who is enrolled again before they were taken out is put in, whatever the record said of them") {
    test::world world;
    world.rules.left = communication::left_policy::respect;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    // They could not be taken out by us; somebody else did it meanwhile.
    world.enrol({{"ada", room_role::member}});
    world.server.refused_members = {"@bob"};
    world.reconcile();
    world.server.refused_members.clear();
    world.server_room().members.erase("@bob");
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.on_server().size() == 2);
}

TEST_CASE("a room that is found again on the server gets the name that is wanted now") {
    test::world world;
    world.enrol({{"ada", room_role::member}}, "physics", "Physics II");
    const auto key =
        communication::room_key(communication::site_id(*world.database->borrow()), test::world::class_key("physics"));
    world.server.rooms[key].properties.name = "Physics";
    world.reconcile();
    CHECK(world.server.rooms.size() == 1);
    CHECK(world.server_room().properties.name == "Physics II");
}
