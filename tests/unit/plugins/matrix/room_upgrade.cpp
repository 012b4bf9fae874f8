// Rooms in whose place people have put another one, where a server that follows the specification would have made the chain right.

#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::percent_encode;
using core_communication::provider_error;

namespace {

namespace json = boost::json;

const std::string own_alias = "#commhost-room-key-of-the-test:s";

struct fake_room {
    std::string creator = "@commhost:s";
    std::string predecessor;
    std::string replacement;
    std::string type;
    bool is_closed = false;
    bool has_us = true;
    int teachers_level = 50;
    std::vector<std::string> aliases;

    json::array state() const {
        json::object create{{"room_version", "11"}};
        if (!predecessor.empty()) create["predecessor"] = {{"room_id", predecessor}};
        if (!type.empty()) create["type"] = type;
        json::array events;
        const auto add = [&](std::string_view kind, std::string_view key, const json::object& content) {
            events.push_back({{"type", kind}, {"state_key", key}, {"sender", creator}, {"content", content}});
        };
        add("m.room.create", "", create);
        add("m.room.name", "", {{"name", "Room"}});
        json::object users{{"@teacher:s", teachers_level}};
        if (has_us) users["@commhost:s"] = 100;
        add("m.room.power_levels", "", {{"users", users}});
        add("m.room.member", "@teacher:s", {{"membership", "join"}});
        if (has_us) add("m.room.member", "@commhost:s", {{"membership", "join"}});
        if (is_closed) add("m.room.tombstone", "", {{"replacement_room", replacement}});
        return events;
    }
};

/// A server with rooms that are in each other's place; the class has "!old:s".
struct upgraded_class {
    upgraded_class() {
        processor.set_site_settings(settings_of_matrix());
        processor.set_room_settings(settings_of_matrix_room());
        processor.set_room({"Room", "", ""});
        processor.set_value("room_id", "!old:s");
        rooms["!old:s"].aliases = {own_alias};
    }

    void replace(const std::string& old, const std::string& with) {
        rooms[old].is_closed = true;
        rooms[old].replacement = with;
    }

    http_response answer(const std::string& asked, const http_request& request) {
        const auto ok = [](const json::value& body) { return http_response{200, {}, json::serialize(body)}; };
        if (asked.ends_with("/account/whoami")) return ok({{"user_id", "@commhost:s"}});
        for (auto& [id, room] : rooms) {
            const auto path = "/rooms/" + percent_encode(id);
            if (asked == "GET /_matrix/client/v3" + path + "/state" && room.has_us) return ok(room.state());
            if (asked == "GET /_synapse/admin/v1" + path + "/state") return ok({{"state", room.state()}});
            if (asked == "GET /_synapse/admin/v1" + path) return ok({{"room_id", id}});
            if (asked == "DELETE /_synapse/admin/v2" + path) return ok({{"delete_id", id}});
            if (asked.starts_with("GET /_synapse/admin/v2/rooms/delete_status/" + percent_encode(id))) {
                rooms.erase(id);
                return ok({{"status", "complete"}});
            }
            if (asked == "GET /_matrix/client/v3" + path + "/aliases") {
                json::array list(room.aliases.begin(), room.aliases.end());
                return ok({{"aliases", list}});
            }
            if (asked == "POST /_synapse/admin/v1" + path + "/make_room_admin" ||
                asked == "POST /_matrix/client/v3" + path + "/join") {
                room.has_us = true;
                return ok(json::object());
            }
        }
        if (asked.ends_with("/directory/room/" + percent_encode(own_alias))) {
            for (auto& [id, room] : rooms) {
                const auto found = std::find(room.aliases.begin(), room.aliases.end(), own_alias);
                if (asked.starts_with("GET") && found != room.aliases.end()) return ok({{"room_id", id}});
                if (asked.starts_with("DELETE") && found != room.aliases.end()) room.aliases.erase(found);
                if (asked.starts_with("PUT") && json::parse(request.body).at("room_id").as_string() == id)
                    room.aliases.push_back(own_alias);
            }
            if (!asked.starts_with("GET")) return ok(json::object());
        }
        return {404, {}, R"({"errcode":"M_NOT_FOUND","error":"Not found"})"};
    }

    bool update() {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        return provider.update_chat_room();
    }

    /// As the host calls it where update() says that the room is gone; and update() again, of the same object.
    bool create() {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        return provider.create_chat_room() && provider.update_chat_room();
    }

    /// What the update says; "" when it did not refuse. Then nothing may have been written.
    std::string refusal() {
        server.forget_requests();
        try {
            update();
        } catch (const provider_error& refused) {
            CHECK(refused.kind() == failure::conflict);
            for (const auto& each : server.asked()) CHECK(each.starts_with("GET "));
            CHECK(processor.value("room_id") == "!old:s");
            return refused.what();
        }
        return "";
    }

    std::map<std::string, fake_room> rooms;
    core_communication::testing::scripted_http server{
        address, [this](const std::string& asked, const http_request& request) { return answer(asked, request); }};
    core_communication::testing::memory_processor processor{server, "room-key-of-the-test"};
};

bool says(const std::string& text, std::string_view part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a chain of upgrades is followed to its end, with power, alias and id") {
    upgraded_class school;
    school.replace("!old:s", "!middle:s");
    school.rooms["!middle:s"].predecessor = "!old:s";
    school.replace("!middle:s", "!new:s");
    auto& last = school.rooms["!new:s"];
    last.predecessor = "!middle:s";
    last.creator = "@teacher:s";
    last.has_us = false;
    last.teachers_level = 100;
    CHECK_FALSE(school.update());
    CHECK(school.processor.value("room_id") == "!new:s");
    CHECK(last.has_us);
    CHECK(last.aliases == std::vector{own_alias});
    CHECK(school.rooms["!old:s"].aliases.empty());
    // Until the host has taken notice, however often it was killed since.
    CHECK_FALSE(school.update());
    CHECK(school.create());
    school.server.forget_requests();
    CHECK(school.update());
    CHECK(school.server.asked().size() == 1);

    // What it replaced is deleted with it, each to its end.
    communication_matrix::communication_feature provider;
    provider.load_for_instance(school.processor);
    for (int calls = 0; calls < 3; ++calls) CHECK_FALSE(provider.delete_chat_room());
    CHECK(provider.delete_chat_room());
    CHECK(school.rooms.empty());
    for (const auto& request : school.server.requests()) CHECK_FALSE(says(request.body, "new_room_user_id"));
}

TEST_CASE("an upgrade that was broken off while it was followed is gone on with") {
    upgraded_class school;
    school.replace("!old:s", "!new:s");
    school.rooms["!new:s"].predecessor = "!old:s";
    school.server.answer_differently([](const std::string& asked) -> std::optional<http_response> {
        if (asked.starts_with("PUT /_matrix/client/v3/directory/")) throw provider_error(failure::unavailable, "lost");
        return std::nullopt;
    });
    CHECK_THROWS_WITH_AS(school.update(), "lost", provider_error);
    CHECK(school.processor.value("room_id") == "!old:s");
    school.server.answer_differently({});
    CHECK_FALSE(school.update());
    CHECK(school.create());
    CHECK(school.processor.value("room_id") == "!new:s");
    CHECK(school.rooms["!new:s"].aliases == std::vector{own_alias});
}

TEST_CASE("a room that was closed and leads nowhere that is ours is said to, and nothing is changed") {
    upgraded_class school;
    school.replace("!old:s", "!new:s");
    auto& next = school.rooms["!new:s"];
    next.predecessor = "!old:s";
    SUBCASE("to no room") {
        school.replace("!old:s", "");
        CHECK(says(school.refusal(), "names no room that goes on in its place"));
    }
    SUBCASE("to a room that the server does not have") {
        school.replace("!old:s", "!other:other.example");
        CHECK(says(school.refusal(), "!other:other.example, which this server does not have"));
    }
    SUBCASE("to a room of another server, without the name of who made it") {
        next.creator = "@somebody:other.example";
        const auto why = school.refusal();
        CHECK(says(why, "which was made on other.example"));
        CHECK_FALSE(says(why, "somebody"));
    }
    SUBCASE("to a room that does not know of it") {
        next.predecessor = "";
        CHECK(says(school.refusal(), "does not say that it goes on for it"));
    }
    SUBCASE("to a space") {
        next.type = "m.space";
        CHECK(says(school.refusal(), "no room for people"));
    }
    SUBCASE("to another instance's room") {
        next.aliases = {"#commhost-another-instance:s"};
        CHECK(says(school.refusal(), "that of another instance"));
    }
    SUBCASE("to a room in which nobody can give us power") {
        next.has_us = false;
        CHECK(says(school.refusal(), "@commhost:s needs power level 91 in the room !new:s"));
    }
    SUBCASE("back to itself") {
        school.replace("!new:s", "!old:s");
        CHECK(says(school.refusal(), "in a circle"));
    }
    SUBCASE("through more rooms than anybody upgrades") {
        for (int number = 0; number < 30; ++number) {
            const auto from = number == 0 ? "!new:s" : "!n" + std::to_string(number) + ":s";
            const auto to = "!n" + std::to_string(number + 1) + ":s";
            school.replace(from, to);
            school.rooms[to].predecessor = from;
        }
        CHECK(says(school.refusal(), "too many in its place"));
    }
}
