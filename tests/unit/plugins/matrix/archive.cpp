#include "matrix/archive.hpp"

#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost::test;
using communication_matrix::before_of;
using communication_matrix::lower_again;
using communication_matrix::raise;
using core_communication::http_request;
using core_communication::http_response;

namespace {

namespace json = boost::json;

json::object object(std::string_view text) { return json::parse(text).as_object(); }

/// A room of Synapse's as the plugin makes it.
const json::object usual =
    object(R"({"users": {"@commhost:s": 100, "@ada:s": 90}, "users_default": 0, "events_default": 0,
    "state_default": 50, "invite": 51, "kick": 50, "ban": 50, "redact": 50,
    "events": {"m.room.name": 50, "m.room.power_levels": 100, "m.reaction": 0}})");

/// Without what is said of before.
json::object levels_in(const communication_matrix::raised_levels& raised) {
    auto content = raised.content;
    content.erase("commhost.before_archive");
    return content;
}

/// One room on a server that keeps its levels, or loses the answer to what is written.
struct closable_room {
    closable_room()
        : server(address,
                 [this](const std::string& asked, const http_request& request) { return answer(asked, request); }),
          processor(server, "room-key-of-the-test") {
        processor.set_site_settings(settings_of_matrix());
        processor.set_room_settings(settings_of_matrix_room());
        processor.set_value("room_id", "!room:s");
    }

    http_response answer(const std::string& asked, const http_request& request) {
        if (asked == "GET /_matrix/client/v3/account/whoami") return {200, {}, R"({"user_id":"@commhost:s"})"};
        if (asked.starts_with("GET /_synapse/admin/v1/rooms/") && !is_there)
            return {404, {}, R"({"errcode":"M_NOT_FOUND"})"};
        if (asked.ends_with("/state") && !is_there) return {403, {}, R"({"errcode":"M_FORBIDDEN"})"};
        if (asked.ends_with("/state"))
            return {200,
                    {},
                    R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}},
                        {"type":"m.room.power_levels","state_key":"","sender":"@commhost:s","content":)" +
                        json::serialize(levels) + R"(},
                        {"type":"m.room.member","state_key":")" +
                        std::string(is_in ? "@commhost:s" : "@ada:s") + R"(","sender":"@commhost:s",
                         "content":{"membership":"join"}}])"};
        if (asked.starts_with("GET /_matrix/client/v3/directory/room/")) return {200, {}, R"({"room_id":"!room:s"})"};
        if (asked.starts_with("PUT ")) {
            ++written;
            if (lose_before) throw core_communication::provider_error(core_communication::failure::unavailable, "lost");
            levels = object(request.body);
            if (lose_after) throw core_communication::provider_error(core_communication::failure::unavailable, "lost");
        }
        return {200, {}, "{}"};
    }

    template <class Work>
    void task(Work&& work) {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        work(provider);
    }

    void close() {
        task([](auto& provider) { CHECK(provider.archive_chat_room()); });
    }
    void open() {
        task([](auto& provider) { CHECK(provider.restore_chat_room()); });
    }

    /// As a host that has forgotten the room, and is to have one again.
    void find_again() {
        processor.lose_values();
        processor.set_value("creating", "1");
        task([](auto& provider) { CHECK(provider.create_chat_room()); });
    }

    /// What the site's setting is from now on.
    void set_owner_level(std::int64_t level) {
        auto settings = settings_of_matrix();
        settings.set("owner_level", level);
        processor.set_site_settings(settings);
    }

    json::object levels = usual;
    bool is_there = true;
    bool is_in = true;
    bool lose_before = false;
    bool lose_after = false;
    int written = 0;
    core_communication::testing::scripted_http server;
    core_communication::testing::memory_processor processor;
};

}  // namespace

TEST_CASE("whatever is sent or set needs more than an owner has once levels are raised, and nothing else is touched") {
    const auto raised = raise(usual, 91, {});
    CHECK(raised.changed);
    CHECK(levels_in(raised) == object(R"({"users": {"@commhost:s": 100, "@ada:s": 90}, "users_default": 0,
        "events_default": 91, "state_default": 91, "invite": 91, "kick": 50, "ban": 50, "redact": 50,
        "events": {"m.room.name": 91, "m.room.power_levels": 100, "m.reaction": 91}})"));
    CHECK(lower_again(raised.content, raised.before) == usual);
}

TEST_CASE("what a room says nothing about is absent again afterwards") {
    const json::object bare = object(R"({"users": {"@commhost:s": 100}})");
    const auto raised = raise(bare, 91, {});
    CHECK(levels_in(raised) ==
          object(R"({"users": {"@commhost:s": 100}, "events_default": 91, "state_default": 91, "invite": 91})"));
    CHECK(lower_again(raised.content, raised.before) == bare);
}

TEST_CASE("levels that are raised twice are as they were once they are lowered") {
    const auto once = raise(usual, 91, {});
    const auto twice = raise(once.content, 91, once.before);
    CHECK_FALSE(twice.changed);
    CHECK(lower_again(twice.content, twice.before) == usual);
    // What was kept and never sent is no other truth than what is there.
    const auto after_a_crash = raise(usual, 91, once.before);
    CHECK(after_a_crash.content == once.content);
    CHECK(after_a_crash.before == once.before);
}

TEST_CASE("what somebody has set while levels were raised stays when they are lowered") {
    auto raised = raise(usual, 91, {});
    raised.content["invite"] = 0;
    raised.content["users"].as_object()["@bob:s"] = 51;
    raised.content["events"].as_object()["m.room.topic"] = 10;
    auto expected = usual;
    expected["invite"] = 0;
    expected["users"].as_object()["@bob:s"] = 51;
    expected["events"].as_object()["m.room.topic"] = 10;
    CHECK(lower_again(raised.content, raised.before) == expected);
}

TEST_CASE("what somebody has lowered in an archived room is raised again, and is so afterwards") {
    auto raised = raise(usual, 91, {});
    raised.content["invite"] = 10;
    const auto again = raise(raised.content, 91, raised.before);
    CHECK(again.content.at("invite") == 91);
    auto expected = usual;
    expected["invite"] = 10;
    CHECK(lower_again(again.content, again.before) == expected);
}

TEST_CASE("levels that are raised again to another level are as they were before both once they are lowered") {
    for (const std::int64_t later : {61, 96}) {
        CAPTURE(later);
        const auto once = raise(usual, 91, {});
        const auto again = raise(once.content, later, once.before);
        CHECK(again.changed);
        CHECK(again.content.at("events_default") == later);
        CHECK(again.content.at("events").at("m.room.name") == later);
        CHECK(again.content.at("events").at("m.room.power_levels") == 100);
        CHECK(lower_again(again.content, again.before) == usual);
        // It was kept and never sent: the server has what was raised at first.
        CHECK(lower_again(once.content, again.before) == usual);
        const auto after_a_crash = raise(once.content, later, again.before);
        CHECK(after_a_crash.content == again.content);
        CHECK(lower_again(after_a_crash.content, after_a_crash.before) == usual);
    }
}

TEST_CASE("a room is closed once, and opened once") {
    closable_room room;
    room.open();
    CHECK(room.written == 0);
    room.close();
    CHECK(room.written == 1);
    CHECK(room.levels.at("events_default") == 91);
    room.close();
    CHECK(room.written == 1);
    room.open();
    CHECK(room.written == 2);
    CHECK(room.levels == usual);
    room.open();
    CHECK(room.written == 2);
}

TEST_CASE("a room whose closing was broken off, before or after the server did it, is opened as it was") {
    for (const bool reached : {false, true}) {
        CAPTURE(reached);
        closable_room room;
        (reached ? room.lose_after : room.lose_before) = true;
        room.task(
            [](auto& provider) { CHECK_THROWS_AS(provider.archive_chat_room(), core_communication::provider_error); });
        room.lose_after = room.lose_before = false;
        SUBCASE("closed in the next task") {
            room.close();
            CHECK(room.levels.at("events_default") == 91);
        }
        SUBCASE("never closed") {}
        room.open();
        CHECK(room.levels == usual);
    }
}

TEST_CASE("a room in which owners get another level while it is closed is opened as it was") {
    for (const std::int64_t owner_level : {60, 95}) {
        CAPTURE(owner_level);
        closable_room room;
        room.close();
        room.set_owner_level(owner_level);
        SUBCASE("closed once more before") {
            room.close();
            CHECK(room.levels.at("events_default") == owner_level + 1);
        }
        SUBCASE("not closed again") {}
        room.open();
        CHECK(room.levels == usual);
    }
}

TEST_CASE("a room that was forgotten while it was closed is open when it is found again, and as it was") {
    closable_room room;
    room.levels["events"].as_object()["m.room.topic"] = 60;
    const auto open = room.levels;
    room.close();
    room.set_owner_level(95);
    room.find_again();
    CHECK(room.levels == open);
    CHECK(room.written == 2);
    room.open();
    CHECK(room.written == 2);
}

TEST_CASE("a room that was found again while its server went away is opened by the next task") {
    for (const bool reached : {false, true}) {
        CAPTURE(reached);
        closable_room room;
        const auto open = room.levels;
        room.close();
        room.processor.lose_values();
        room.processor.set_value("creating", "1");
        (reached ? room.lose_after : room.lose_before) = true;
        room.task(
            [](auto& provider) { CHECK_THROWS_AS(provider.create_chat_room(), core_communication::provider_error); });
        room.lose_after = room.lose_before = false;
        room.task([](auto& provider) { CHECK(provider.create_chat_room()); });
        CHECK(room.levels == open);
        CHECK_FALSE(room.processor.value("levels_before_archive"));
    }
}

TEST_CASE("a room in which people let nobody write was not closed by us, and stays as it is when it is found again") {
    closable_room room;
    for (const auto* name : {"events_default", "state_default", "invite"}) room.levels[name] = 100;
    room.find_again();
    CHECK(room.written == 0);
}

TEST_CASE("what a closed room says of its levels before is what was kept, and an open one says nothing") {
    const auto raised = raise(usual, 91, {});
    CHECK(before_of(raised.content) == raised.before);
    CHECK_FALSE(before_of(lower_again(raised.content, raised.before)));
    CHECK_FALSE(before_of(usual));
    CHECK_FALSE(before_of(object(R"({"commhost.before_archive": 7})")));
}

TEST_CASE("of a room that was closed and is gone from the server nothing is kept for the next one") {
    closable_room room;
    room.close();
    room.is_there = false;
    room.task([](auto& provider) { CHECK_FALSE(provider.update_chat_room()); });
    room.is_there = true;
    room.processor.set_value("room_id", "!next:s");
    room.levels["invite"] = 91;  // by somebody's own wish
    room.written = 0;
    room.open();
    CHECK(room.written == 0);
}

TEST_CASE("a room that our account is not in is neither closed nor taken for closed") {
    closable_room room;
    room.is_in = false;
    room.task([](auto& provider) {
        try {
            provider.archive_chat_room();
            FAIL("it was closed");
        } catch (const core_communication::provider_error& failed) {
            CHECK(failed.kind() == core_communication::failure::conflict);
        }
    });
    CHECK(room.written == 0);
}
