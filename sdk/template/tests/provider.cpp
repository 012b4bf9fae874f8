#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "communication_feature.hpp"
#include "rest_chat.hpp"

#include <core_communication/testing/memory_processor.hpp>
#include <core_communication/testing/scripted_http.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>

using communication_yourchat::communication_feature;
using communication_yourchat::test::rest_chat;
using core_communication::account_origin;
using core_communication::diagnosis_outcome;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::room_role;
using core_communication::user_id;
using core_communication::testing::memory_processor;
using core_communication::testing::memory_settings;
using core_communication::testing::scripted_http;

namespace {

constexpr user_id ada{1};
constexpr user_id ben{2};
constexpr std::array both{ada, ben};

/// A room on a server in memory, and two people of the roster.
struct school {
    school() {
        room.set_site_settings(memory_settings({{"address", rest_chat::address}, {"token", "t"}}));
        room.set_room({"Physics", "Autumn", ""});
        room.add_person({ada, "ada", "Ada Lovelace", "Ada", "Lovelace", "ada@school.test", {}});
        room.add_person({ben, "ben", "Ben Fry", "Ben", "Fry", "ben@school.test", {}});
        room.want(ada, room_role::owner);
        room.want(ben);
        provider.load_for_instance(room);
    }

    /// The room is there, with both in it.
    void fill() {
        REQUIRE(provider.create_chat_room());
        room.ask(both, [&] { provider.create_members(both); });
        room.ask(both, [&] { provider.add_members_to_room(both); });
        REQUIRE(room.synced().size() == 2);
    }

    std::vector<std::string> written() const {
        std::vector<std::string> requests;
        for (const auto& each : http.asked())
            if (!each.starts_with("GET ")) requests.push_back(each);
        return requests;
    }

    rest_chat server;
    scripted_http http{rest_chat::address, std::ref(server)};
    memory_processor room{http, "room-key-of-the-test"};
    communication_feature provider;
};

}  // namespace

TEST_CASE("a room is made once, and found again when the host has lost its id") {
    school at;
    CHECK(at.provider.create_chat_room());
    at.room.lose_values();
    CHECK(at.provider.create_chat_room());
    REQUIRE(at.server.rooms.size() == 1);
    CHECK(at.server.rooms.at("r1").name == "Physics");
    CHECK(at.provider.generate_room_url() == rest_chat::address + "/rooms/r1");
}

TEST_CASE("a room that is as wanted is not written to, and one that is not is changed") {
    school at;
    at.fill();
    at.http.forget_requests();
    CHECK(at.provider.update_chat_room());
    CHECK(at.written().empty());
    at.room.set_room({"Physics 2", "Autumn", ""});
    CHECK(at.provider.update_chat_room());
    CHECK(at.server.rooms.at("r1").name == "Physics 2");
}

TEST_CASE("a room that is gone from the server is said to be gone, and made anew") {
    school at;
    at.fill();
    at.server.rooms.clear();
    CHECK_FALSE(at.provider.update_chat_room());
    CHECK(at.provider.create_chat_room());
    CHECK(at.server.rooms.size() == 1);
}

TEST_CASE("a room is deleted, and one that is not there is deleted already") {
    school at;
    at.fill();
    CHECK(at.provider.delete_chat_room());
    CHECK(at.server.rooms.empty());
    CHECK(at.provider.delete_chat_room());
    CHECK_FALSE(at.provider.generate_room_url().has_value());
}

TEST_CASE("an account that is there is found and left as it is, the others are made") {
    school at;
    at.server.accounts["ada"] = {"The Countess", "countess@home.test"};
    at.room.ask(both, [&] { at.provider.create_members(both); });
    CHECK(at.room.synced() == std::set{ada, ben});
    CHECK(at.server.accounts.at("ada").name == "The Countess");
    CHECK(at.server.accounts.at("ben").email == "ben@school.test");
    CHECK_FALSE(at.room.has_made(ada));
    CHECK(at.room.has_made(ben));
}

TEST_CASE("an account that was made follows the roster") {
    school at;
    at.fill();
    at.room.add_person({ben, "ben", "Ben Stone", "Ben", "Stone", "ben@school.test", {}});
    at.room.ask(std::array{ben}, [&] { at.provider.create_members(std::array{ben}); });
    CHECK(at.room.synced() == std::set{ben});
    CHECK(at.server.accounts.at("ben").name == "Ben Stone");
}

TEST_CASE("one person who cannot be done does not stop the others") {
    school at;
    at.room.add_person({ada, "admin", "Ada Lovelace", "Ada", "Lovelace", "ada@school.test", {}});
    at.room.ask(both, [&] { at.provider.create_members(both); });
    CHECK(at.room.synced() == std::set{ben});
    REQUIRE(at.room.failed().contains(ada));
    CHECK(std::string(at.room.failed().at(ada).what()) ==
          "the server does not create the account: status 422, this name is reserved");
}

TEST_CASE("people are put into the room with their roles, twice as well as once") {
    school at;
    at.fill();
    const auto once = at.server.rooms.at("r1").members;
    CHECK(once == std::map<std::string, std::string>{{"ada", "owner"}, {"ben", "member"}, {"bot", "owner"}});
    at.room.ask(both, [&] { at.provider.add_members_to_room(both); });
    CHECK(at.room.synced().size() == 2);
    CHECK(at.server.rooms.at("r1").members == once);
}

TEST_CASE("a role follows the roster") {
    school at;
    at.fill();
    at.room.want(ben, room_role::moderator);
    at.room.ask(std::array{ben}, [&] { at.provider.update_room_membership(std::array{ben}); });
    CHECK(at.room.synced() == std::set{ben});
    CHECK(at.server.rooms.at("r1").members.at("ben") == "moderator");
}

TEST_CASE("people are taken out of the room, and who is out already is done") {
    school at;
    at.fill();
    at.server.rooms.at("r1").members.erase("ada");
    at.room.ask(both, [&] { at.provider.remove_members_from_room(both); });
    CHECK(at.room.synced().size() == 2);
    CHECK(at.server.rooms.at("r1").members.size() == 1);
}

TEST_CASE("who is in the room is read with roles, and our own account is never to be removed") {
    school at;
    at.fill();
    at.server.rooms.at("r1").members["eve"] = "custodian";
    at.provider.synchronise_room_members();
    REQUIRE(at.room.remote_members().has_value());
    CHECK(at.room.remote_members_are_complete());
    for (const auto& each : *at.room.remote_members()) {
        CAPTURE(each.account);
        CHECK(each.exempt == (each.account == "bot"));
        CHECK(each.role.has_value() == (each.account != "eve"));
    }
    CHECK(at.room.remote_members()->size() == 4);
}

TEST_CASE("a server that is away is nobody's fault") {
    school at;
    at.fill();
    const std::function<core_communication::http_response(const std::string&, const core_communication::http_request&)>
        away = [](const std::string&, const core_communication::http_request&) -> core_communication::http_response {
        throw provider_error(failure::unavailable, "the connection was refused");
    };
    scripted_http nowhere(rest_chat::address, away);
    memory_processor room(nowhere, "room-key-of-the-test");
    room.set_site_settings(memory_settings({{"address", rest_chat::address}, {"token", "t"}}));
    room.add_person({ada, "ada", "", "", "", "", {}});
    communication_feature provider;
    provider.load_for_instance(room);
    CHECK_THROWS_AS(room.ask(std::array{ada}, [&] { provider.create_members(std::array{ada}); }), provider_error);
    CHECK(room.failed().empty());
}

TEST_CASE("a task that is to stop stops") {
    school at;
    at.room.cancel();
    CHECK_THROWS_AS(at.provider.create_chat_room(), core_communication::task_cancelled);
}

TEST_CASE("an admin is told what is wrong with the server, the token and its rights") {
    const auto outcomes = [](school& at) {
        std::vector<diagnosis_outcome> found;
        for (const auto& each : at.provider.diagnose()) found.push_back(each.outcome);
        return found;
    };
    using enum diagnosis_outcome;
    school fine;
    CHECK(outcomes(fine) == std::vector{passed, passed, passed});
    school not_admin;
    not_admin.server.is_admin = false;
    CHECK(outcomes(not_admin) == std::vector{passed, passed, failed});
    school wrong_token;
    wrong_token.server.takes_token = false;
    CHECK(outcomes(wrong_token) == std::vector{passed, failed, skipped});
}
