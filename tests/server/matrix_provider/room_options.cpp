#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace commhost::test;
using core_communication::http_method;
using core_communication::provider_error;
using core_communication::room_role;

namespace {

bool has_event(homeserver& server, const std::string& room, std::string_view type) {
    const auto state = server.call(http_method::get, "/_matrix/client/v3/rooms/" + room + "/state");
    return std::any_of(state.as_array().begin(), state.as_array().end(),
                       [&](const auto& event) { return event.at("type").as_string() == type; });
}

std::string history_of(homeserver& server, const std::string& room) {
    return server.state_event(room, "m.room.history_visibility").at("history_visibility").as_string().c_str();
}

std::vector<std::string> requests_of_update(class_room& room) {
    auto& server = homeserver::shared();
    server.take_requests();
    room.task([](auto& provider) { CHECK(provider.update_chat_room()); });
    return server.take_requests();
}

}  // namespace

TEST_CASE("history is shared, guests are kept out and nothing is encrypted where nobody chose anything") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([](auto& provider) { provider.create_chat_room(); });
    const auto id = room.room_id();
    CHECK(history_of(server, id) == "shared");
    CHECK(server.state_event(id, "m.room.guest_access").at("guest_access").as_string() == "forbidden");
    CHECK_FALSE(has_event(server, id, "m.room.encryption"));
    CHECK_FALSE(server.state_event(id, "m.room.create").as_object().contains("m.federate"));
}

TEST_CASE("all options of a new room are in the one call that makes it") {
    auto& server = homeserver::shared();
    class_room room;
    room.set_site("history_visibility", "joined");
    room.set_site("encryption", true);
    room.set_site("federation", false);
    room.task([](auto& provider) { provider.create_chat_room(); });
    const auto id = room.room_id();
    CHECK(history_of(server, id) == "joined");
    CHECK(server.state_event(id, "m.room.encryption").at("algorithm").as_string() == "m.megolm.v1.aes-sha2");
    CHECK_FALSE(server.state_event(id, "m.room.create").at("m.federate").as_bool());
    const auto requests = requests_of_update(room);
    CHECK(requests.size() == 1);
}

TEST_CASE("what is set for a room goes before what is set for the site") {
    auto& server = homeserver::shared();
    class_room room;
    room.set_site("history_visibility", "joined");
    room.set_site("encryption", true);
    room.set_room("history_visibility", "invited");
    room.set_room("encryption", "off");
    room.task([](auto& provider) { provider.create_chat_room(); });
    CHECK(history_of(server, room.room_id()) == "invited");
    CHECK_FALSE(has_event(server, room.room_id(), "m.room.encryption"));
}

TEST_CASE(
    "a room that is there gets the history of a changed setting, and encryption, which stays when it is switched off") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([](auto& provider) { provider.create_chat_room(); });
    const auto id = room.room_id();
    room.set_site("history_visibility", "invited");
    room.set_room("encryption", "on");
    CHECK(requests_of_update(room).size() == 3);
    CHECK(history_of(server, id) == "invited");
    CHECK(has_event(server, id, "m.room.encryption"));
    CHECK(requests_of_update(room).size() == 1);
    room.set_room("encryption", "off");
    room.set_site("federation", false);
    CHECK(requests_of_update(room).size() == 1);
    CHECK(has_event(server, id, "m.room.encryption"));
}

TEST_CASE("an adopted room keeps what its people chose, until something is set for it") {
    auto& server = homeserver::shared();
    class_room room;
    const auto teacher = room.enrol(room_role::owner);
    room.task([&](auto& provider) { provider.create_members(std::array{teacher}); });
    const auto made = server.call(http_method::post, "/_matrix/client/v3/createRoom",
                                  {{"preset", "private_chat"},
                                   {"initial_state",
                                    {{{"type", "m.room.history_visibility"},
                                      {"state_key", ""},
                                      {"content", {{"history_visibility", "joined"}}}}}}},
                                  server.log_in(room.account(teacher)));
    const std::string id(made.at("room_id").as_string());
    room.set_site("encryption", true);
    room.task([&](auto& provider) {
        provider.adopt_chat_room(id);
        CHECK(provider.update_chat_room());
    });
    CHECK(history_of(server, id) == "joined");
    CHECK_FALSE(has_event(server, id, "m.room.encryption"));
    room.set_room("history_visibility", "shared");
    room.set_room("encryption", "on");
    requests_of_update(room);
    CHECK(history_of(server, id) == "shared");
    CHECK(has_event(server, id, "m.room.encryption"));
}

TEST_CASE("a second account is invited to a new room, has all power there, and no roster takes it out") {
    auto& server = homeserver::shared();
    class_room room;
    const auto owner = room.enrol(room_role::owner);
    const auto second = room.know({{}, room.username(owner) + "-second", "Second", "", "", "", {}});
    room.processor().want(second);
    room.task([&](auto& provider) { provider.create_members(std::array{owner, second}); });
    room.processor().want_no_more(second);
    room.set_site("second_account", room.account(second));
    std::map<std::string, int> levels{{room.account(owner), 90}};
    bool is_creator = false;
    SUBCASE("by its level, in rooms of older versions") {
        levels["@admin:commhost.test"] = 100;
        levels[room.account(second)] = 100;
    }
    SUBCASE("as a creator who is not listed, from version 12 on") {
        room.set_site("room_version", "12");
        is_creator = true;
    }
    room.provision();
    const auto id = room.room_id();
    CHECK(server.levels(id) == levels);
    CHECK(server.members(id).at(room.account(second)) == "invite");
    const auto create = server.state_event(id, "m.room.create").as_object();
    CHECK(create.contains("additional_creators") == is_creator);
    const auto token = server.log_in(room.account(second));
    server.call(http_method::post, "/_matrix/client/v3/rooms/" + id + "/join", boost::json::object(), token);
    // It can do what only our account could.
    server.call(http_method::put, "/_matrix/client/v3/rooms/" + id + "/state/m.room.history_visibility",
                {{"history_visibility", "joined"}}, token);
    CHECK(room.synchronise().at(room.account(second)).exempt);
}
