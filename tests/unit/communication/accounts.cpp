#include "communication/accounts.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace commhost;
using communication::told_account;
using core_communication::account_origin;
using core_communication::room_role;
using core_communication::user_id;

TEST_CASE("an account is made once it was made, whoever came upon it before or after") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.server.refused_usernames = {"ada"};
    world.reconcile();
    const auto ada = directory::find_user(*world.database->borrow(), "ada").value().id;
    const auto record = [&](const std::string& account, account_origin origin) {
        const std::map<user_id, told_account> told{{ada, {account, origin}}};
        CHECK(communication::record_accounts(*world.database->borrow(), "fake", told).empty());
    };
    const auto is_made = [&] {
        return communication::made_accounts(*world.database->borrow(), world.room().id, "fake").contains(ada);
    };
    record("@ada", account_origin::found);
    CHECK_FALSE(is_made());
    record("@ada", account_origin::made);
    CHECK(is_made());
    record("@ada", account_origin::found);
    CHECK(is_made());
    record("@another", account_origin::found);
    CHECK_FALSE(is_made());
}

TEST_CASE("who must leave has left before a changed name is sent") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    world.rename("ada", "Countess of Lovelace");
    world.enrol({{"ada", room_role::member}});
    world.server.writes_left = 1;
    CHECK_THROWS_AS(world.reconcile(), core_communication::provider_error);
    CHECK_FALSE(world.on_server().contains("@bob"));
    CHECK(world.server.accounts.at("@ada") == "Name of ada");
}

TEST_CASE("a name that one room got through is no trouble for the other any more") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.enrol({{"ada", room_role::member}}, "history");
    world.reconcile();
    world.reconcile("history");
    world.rename("ada", "Countess of Lovelace");
    world.server.refused_usernames = {"ada"};
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.reconcile("history").waiting == 1);
    world.server.refused_usernames.clear();
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.reconcile("history").waiting == 0);
}

TEST_CASE("a changed name reaches the account that the provider made, once") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.enrol({{"ada", room_role::member}}, "history");
    world.reconcile();
    world.reconcile("history");
    world.server.account_writes = 0;
    world.reconcile();
    CHECK(world.server.account_writes.load() == 0);

    world.rename("ada", "Countess of Lovelace");
    CHECK(world.reconcile().accounts_updated == 1);
    CHECK(world.server.accounts.at("@ada") == "Countess of Lovelace");
    CHECK(world.server.account_writes.load() == 1);
    // Nothing is left to do for the person's other room.
    CHECK(world.reconcile("history").accounts_updated == 0);
    CHECK(world.reconcile().accounts_updated == 0);
    CHECK(world.server.account_writes.load() == 1);
}

TEST_CASE("an account that was found keeps its name whatever the roster says") {
    test::world world;
    world.server.accounts["@ada"] = "Ada as she likes it";
    world.server.foreign_accounts = {"@ada"};
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.rename("ada", "Countess of Lovelace");
    CHECK(world.reconcile().accounts_updated == 0);
    CHECK(world.server.accounts.at("@ada") == "Ada as she likes it");
    CHECK(world.on_server().size() == 1);
}

TEST_CASE("an account that cannot be brought in line is told of and tried again, and its person stays in the room") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.rename("ada", "Countess of Lovelace");
    world.server.refused_usernames = {"ada"};
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.waiting().at(0).reason == "not a valid id");
    CHECK(world.on_server().size() == 1);
    world.server.refused_usernames.clear();
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.server.accounts.at("@ada") == "Countess of Lovelace");
}

TEST_CASE("a changed name that is sent takes no reason from somebody who is banned") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    world.server_room().members.erase("@bob");
    world.server_room().others["@bob"] = core_communication::presence::banned;
    world.rename("bob", "Robert");
    const auto result = world.reconcile();
    CHECK(result.accounts_updated == 1);
    CHECK(result.waiting == 1);
    CHECK(world.room().status == communication::room_status::degraded);
    REQUIRE(world.waiting().size() == 1);
    CHECK(world.waiting()[0].kind == "rejected");
}
