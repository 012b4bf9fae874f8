#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost::test;
using core_communication::http_method;
using core_communication::percent_encode;
using core_communication::room_role;

namespace {

/// The levels of a room as Synapse's admin API has them.
boost::json::value levels_of(const std::string& room) {
    const auto answer =
        homeserver::shared().call(http_method::get, "/_synapse/admin/v1/rooms/" + percent_encode(room) + "/state");
    for (const auto& event : answer.at("state").as_array())
        if (event.at("type").as_string() == "m.room.power_levels") return event.at("content");
    return nullptr;
}

/// The status with which Synapse answers somebody who sends a message into the room.
int say(const std::string& room, const std::string& token, const std::string& what) {
    core_communication::http_request asked;
    asked.method = http_method::put;
    asked.url = homeserver::shared().at().url + "/_matrix/client/v3/rooms/" + percent_encode(room) +
                "/send/m.room.message/" + what;
    asked.headers.emplace_back("Authorization", "Bearer " + token);
    asked.content_type = "application/json";
    asked.body = R"({"msgtype": "m.text", "body": "hello"})";
    return homeserver::shared().http().send(asked).status;
}

}  // namespace

TEST_CASE("an archived room can be read by who is in it and written in by nobody, and is as before when it is opened") {
    auto& server = homeserver::shared();
    class_room room;
    const auto teacher = room.enrol(room_role::owner);
    const auto pupil = room.enrol();
    room.provision();
    const auto id = room.room_id();
    const auto before = levels_of(id);
    const auto teachers = server.log_in(room.account(teacher));
    const auto pupils = server.log_in(room.account(pupil));
    CHECK(say(id, pupils, "before") == 200);

    room.processor().set_room({"Physics 10b (archived 2026)", "Mondays", ""});
    room.task([&](auto& provider) {
        CHECK(provider.update_chat_room());
        CHECK(provider.archive_chat_room());
    });
    CHECK(say(id, teachers, "closed-1") == 403);
    CHECK(say(id, pupils, "closed-2") == 403);
    CHECK(server.members(id).size() == 3);
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == "Physics 10b (archived 2026)");
    const auto messages = server.call(
        http_method::get, "/_matrix/client/v3/rooms/" + percent_encode(id) + "/messages?dir=b", nullptr, pupils);
    CHECK_FALSE(messages.at("chunk").as_array().empty());

    server.take_requests();
    room.task([&](auto& provider) {
        CHECK(provider.update_chat_room());
        CHECK(provider.archive_chat_room());
    });
    CHECK(server.take_requests().size() == 1);

    room.processor().set_room({"Physics 10b", "Mondays", ""});
    room.task([&](auto& provider) {
        CHECK(provider.update_chat_room());
        CHECK(provider.restore_chat_room());
    });
    CHECK(levels_of(id) == before);
    CHECK(say(id, teachers, "after-1") == 200);
    CHECK(say(id, pupils, "after-2") == 200);
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == "Physics 10b");
}

TEST_CASE("an archived room that was forgotten and is found again by its alias can be written in") {
    class_room room;
    const auto teacher = room.enrol(room_role::owner);
    const auto pupil = room.enrol();
    room.provision();
    const auto id = room.room_id();
    const auto teachers = homeserver::shared().log_in(room.account(teacher));
    const auto pupils = homeserver::shared().log_in(room.account(pupil));
    const auto open = levels_of(id);
    room.task([&](auto& provider) { CHECK(provider.archive_chat_room()); });
    CHECK(say(id, pupils, "closed") == 403);
    room.processor().lose_values();
    room.task([&](auto& provider) {
        CHECK(provider.create_chat_room());
        CHECK(provider.update_chat_room());
    });
    CHECK(room.room_id() == id);
    CHECK(say(id, teachers, "open-1") == 200);
    CHECK(say(id, pupils, "open-2") == 200);
    CHECK(levels_of(id) == open);
}
