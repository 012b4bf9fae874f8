#include "communication/codes.hpp"
#include "communication/reconcile.hpp"
#include "message/error.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace commhost;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

/// What an admin reads of a message.
std::string said(message::code code, message::arguments arguments = {}) {
    return message::error(code, std::move(arguments)).text();
}

}  // namespace

TEST_CASE("a person who cannot have an account waits with a reason, everybody else is in") {
    test::world world;
    world.server.refused_usernames = {"bob"};
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}, {"cleo", room_role::member}});
    const auto result = world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::member}, {"@cleo", room_role::member}});
    CHECK(result.waiting == 1);
    REQUIRE(world.waiting().size() == 1);
    CHECK(world.waiting()[0].reason == "not a valid id");
    CHECK(world.waiting()[0].attempts == 1);
    CHECK(world.room().status == communication::room_status::degraded);

    world.server.refused_usernames.clear();
    world.reconcile();
    CHECK(world.on_server().size() == 3);
    CHECK(world.waiting().empty());
    CHECK(world.room().status == communication::room_status::ready);
}

TEST_CASE("a person who cannot be put into the room stops nobody") {
    test::world world;
    world.server.refused_members = {"@bob"};
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}, {"cleo", room_role::member}});
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.on_server().size() == 2);
    CHECK(world.waiting().at(0).reason == "may not join");
}

TEST_CASE("somebody about whom the plugin says nothing waits, too") {
    test::world world;
    world.server.silent_about = {"@bob"};
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.waiting().at(0).kind == "invalid");
    CHECK(world.waiting().at(0).reason == said(communication::MEMBER_NO_VERDICT));
}

TEST_CASE("two people never share an account") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    directory::change_set changes;
    changes.source = "other";
    changes.users.inserted.push_back({"second-ada", "ada", "", "", "Another Ada", "", {}});
    changes.memberships.inserted.push_back(
        {{test::world::class_key("physics"), "second-ada", ""}, "role", room_role::member, {}, {}, {}});
    world.database->transact([&](store::connection& on) { directory::apply(on, changes, world.clock.now()); });
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.waiting().at(0).kind == "conflict");
    CHECK(world.waiting().at(0).reason == said(communication::MEMBER_ACCOUNT_TAKEN, {{"account", "@ada"}}));
    CHECK(world.on_server() == people{{"@ada", room_role::member}});
}

TEST_CASE("where nobody makes accounts, who has none is told so") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    test::fake_provider provider(world.server);
    CHECK(world.reconcile_with({&provider, nullptr, &provider, &provider, &provider}).waiting == 1);
    REQUIRE(world.waiting().size() == 1);
    CHECK(world.waiting()[0].reason == said(communication::MEMBER_NO_ACCOUNT));
}

TEST_CASE("a stranger who cannot be removed leaves the room degraded, with the reason") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.server_room().members["@stranger"] = room_role::member;
    world.server.refused_members = {"@stranger"};
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.room().status == communication::room_status::degraded);
    CHECK(world.room().last_error ==
          said(communication::ROOM_STRANGERS, {{"number", "1"}, {"reason", "may not join"}}));
    world.server.refused_members.clear();
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.room().last_error == std::nullopt);
    CHECK(world.on_server().size() == 1);
}

TEST_CASE("who is banned on the server waits with that reason and is in again when the ban is lifted") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    world.server_room().members.erase("@bob");
    world.server_room().others["@bob"] = core_communication::presence::banned;
    world.server.calls = 0;
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.server.calls == 0);
    CHECK(world.room().status == communication::room_status::degraded);
    REQUIRE(world.waiting().size() == 1);
    CHECK(world.known("bob").presence == core_communication::presence::banned);
    CHECK_FALSE(world.known("ada").presence.has_value());
    CHECK(world.waiting()[0].kind == "rejected");
    CHECK(world.waiting()[0].reason == said(communication::MEMBER_BANNED));

    world.server_room().others["@bob"] = core_communication::presence::left;
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.on_server().size() == 2);
    world.server_room().others.clear();
    world.reconcile();
    CHECK_FALSE(world.known("bob").presence.has_value());
}

TEST_CASE("who was banned and left or is back loses that reason") {
    // The ban was lifted: they left in peace, or somebody put them back by hand.
    for (const bool is_back : {false, true}) {
        CAPTURE(is_back);
        test::world world;
        world.rules.left = communication::left_policy::respect;
        world.enrol({{"bob", room_role::member}});
        world.reconcile();
        world.server_room().members.clear();
        world.server_room().others["@bob"] = core_communication::presence::banned;
        CHECK(world.reconcile().waiting == 1);
        world.server_room().others.clear();
        if (is_back)
            world.server_room().members["@bob"] = room_role::member;
        else
            world.server_room().others["@bob"] = core_communication::presence::left;
        CHECK(world.reconcile().waiting == 0);
        CHECK(world.room().status == communication::room_status::ready);
    }
}

TEST_CASE("while it is not known whose account a stranger has, they are left in the room and the admin is told") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.server_room().members["@stranger"] = room_role::member;
    world.server.refused_usernames = {"bob"};
    world.server.usernames_refused_as = core_communication::failure::invalid;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    CHECK(world.on_server().contains("@stranger"));
    CHECK(world.room().last_error == said(communication::ROOM_STRANGERS_SPARED, {{"number", "1"}}));
}

TEST_CASE("an address of a room that is none fails the pass with what is wanted of it") {
    struct addressing_provider final : core_communication::room_chat_provider {
        explicit addressing_provider(std::string given) : address(std::move(given)) {}
        bool create_chat_room() override { return true; }
        bool update_chat_room() override { return true; }
        bool delete_chat_room() override { return true; }
        std::optional<std::string> generate_room_url() override { return address; }
        std::string address;
    };
    for (const auto& address : {std::string("javascript:alert(1)"), std::string("https://x/\x1b[2J"),
                                "https://x/" + std::string(2048, 'y')}) {
        CAPTURE(address);
        test::world world;
        world.enrol({});
        test::fake_provider provider(world.server);
        addressing_provider rooms(address);
        try {
            world.reconcile_with({&provider, nullptr, &rooms, nullptr, nullptr});
            FAIL("it was taken");
        } catch (const core_communication::provider_error& refused) {
            CHECK(refused.what() == said(communication::ROOM_URL));
        }
        CHECK_FALSE(world.room().url.has_value());
    }
}
