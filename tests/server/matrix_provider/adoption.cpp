#include "homeserver.hpp"

#include <core_communication/http_service.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_method;
using core_communication::percent_encode;
using core_communication::provider_error;
using core_communication::room_role;

namespace {

std::string room_path(const std::string& room) { return "/_matrix/client/v3/rooms/" + percent_encode(room); }

/// A class whose teacher has made a room by hand, in which a guest is, too: neither commhost's account nor the pupil.
struct hand_made {
    explicit hand_made(const boost::json::object& as = {}) {
        room.task([&](auto& provider) { provider.create_members(room.everybody()); });
        room.processor().forget_verdicts();
        const auto maker = server.log_in(room.account(teacher));
        auto asked = as;
        asked["name"] = "Our physics";
        asked["preset"] = "private_chat";
        asked["invite"] = {room.account(guest)};
        id = std::string(
            server.call(http_method::post, "/_matrix/client/v3/createRoom", asked, maker).at("room_id").as_string());
        server.call(http_method::post, room_path(id) + "/join", boost::json::object(),
                    server.log_in(room.account(guest)));
        room.processor().want_no_more(guest);
    }

    void adopt(const std::string& address) {
        room.task([&](auto& provider) { provider.adopt_chat_room(address); });
    }

    /// Why it is not adopted; nothing is written then.
    std::string refusal(failure kind, const std::string& address) {
        server.take_requests();
        std::string why;
        room.task([&](auto& provider) {
            try {
                provider.adopt_chat_room(address);
                FAIL("it was adopted");
            } catch (const provider_error& refused) {
                CHECK(refused.kind() == kind);
                why = refused.what();
            }
        });
        CHECK(writes() == 0);
        return why;
    }

    std::ptrdiff_t writes() {
        const auto requests = server.take_requests();
        return std::count_if(requests.begin(), requests.end(),
                             [](const auto& each) { return !each.starts_with("GET "); });
    }

    homeserver& server = homeserver::shared();
    class_room room;
    core_communication::user_id teacher = room.enrol(room_role::owner);
    core_communication::user_id pupil = room.enrol();
    core_communication::user_id guest = room.enrol();
    std::string id;
};

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a room that was made by hand is adopted with who is in it, and looked after from then on") {
    hand_made made;
    auto& [server, room, teacher, pupil, guest, id] = made;
    std::string address = id;
    SUBCASE("by its id") {}
    SUBCASE("by a link") { address = "https://matrix.to/#/" + percent_encode(id) + "?via=commhost.test"; }
    const auto before = server.call(http_method::get, "/_synapse/admin/v1/rooms/" + percent_encode(id) + "/state");
    made.adopt(address);
    CHECK(room.room_id() == id);
    CHECK(server.members(id) == std::map<std::string, std::string>{{server.at().admin_user, "join"},
                                                                   {room.account(teacher), "join"},
                                                                   {room.account(guest), "join"}});
    CHECK(server.levels(id) == std::map<std::string, int>{{server.at().admin_user, 100}, {room.account(teacher), 100}});

    room.task([&](auto& provider) {
        CHECK(provider.update_chat_room());
        provider.add_members_to_room(std::array{teacher, pupil});
    });
    CHECK(room.processor().failed().empty());
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == "Physics 10b");
    CHECK(server.members(id).at(room.account(pupil)) == "join");
    // The maker's power is above every role, and was given by hand.
    CHECK(server.levels(id).at(room.account(teacher)) == 100);
    CHECK(server.members(id).at(room.account(guest)) == "join");
    const auto present = room.synchronise();
    CHECK(present.at(room.account(teacher)).role == std::nullopt);
    CHECK(present.at(room.account(pupil)).role == room_role::member);

    server.take_requests();
    made.adopt(address);
    room.task([&](auto& provider) {
        CHECK(provider.create_chat_room());
        CHECK(provider.update_chat_room());
        provider.synchronise_room_members();
    });
    CHECK(made.writes() == 0);
}

TEST_CASE("an adopted room is found again by the alias of its instance, and is deleted as any other") {
    hand_made made;
    made.adopt(made.id);
    made.room.processor().lose_values();
    made.room.task([&](auto& provider) { CHECK(provider.create_chat_room()); });
    CHECK(made.room.room_id() == made.id);
    bool gone = false;
    while (!gone) made.room.task([&](auto& provider) { gone = provider.delete_chat_room(); });
    CHECK(contains(made.refusal(failure::invalid, made.id), "the server has no room"));
}

TEST_CASE("a room is adopted by an alias that people gave it, which it keeps") {
    hand_made made;
    const auto alias = "#" + made.room.username(made.pupil) + "-hand:" + made.server.at().server_name;
    made.server.call(http_method::put, "/_matrix/client/v3/directory/room/" + percent_encode(alias),
                     {{"room_id", made.id}}, made.server.log_in(made.room.account(made.teacher)));
    made.adopt(alias);
    CHECK(made.room.room_id() == made.id);
    const auto leads_to =
        made.server.call(http_method::get, "/_matrix/client/v3/directory/room/" + percent_encode(alias));
    CHECK(leads_to.at("room_id").as_string() == made.id);
}

TEST_CASE("a room of version 12, whose creators are not listed, is adopted") {
    hand_made made({{"room_version", "12"}});
    made.adopt(made.id);
    CHECK(made.server.levels(made.id).at(made.server.at().admin_user) == 100);
    made.room.task([&](auto& provider) { CHECK(provider.update_chat_room()); });
    CHECK(made.server.state_event(made.id, "m.room.name").at("name").as_string() == "Physics 10b");
}

TEST_CASE("the room of another instance is not adopted, be it made or adopted there") {
    hand_made made;
    class_room other;
    SUBCASE("made") {
        other.provision();
        CHECK(contains(made.refusal(failure::conflict, other.room_id()), "that of another instance"));
    }
    SUBCASE("adopted") {
        other.task([&](auto& provider) { provider.adopt_chat_room(made.id); });
        CHECK(contains(made.refusal(failure::conflict, made.id), "that of another instance"));
    }
}

TEST_CASE("what is no room for people, is gone, or was replaced is not adopted") {
    hand_made made;
    const auto teachers = made.server.log_in(made.room.account(made.teacher));
    SUBCASE("no room") {
        CHECK(contains(made.refusal(failure::invalid, "!nothing:commhost.test"), "the server has no room"));
        CHECK(contains(made.refusal(failure::invalid, "#nothing:commhost.test"), "nobody uses the alias"));
    }
    SUBCASE("a space") {
        const auto space = made.server.call(http_method::post, "/_matrix/client/v3/createRoom",
                                            {{"creation_content", {{"type", "m.space"}}}}, teachers);
        CHECK(contains(made.refusal(failure::invalid, std::string(space.at("room_id").as_string())), "m.space"));
    }
    SUBCASE("upgraded") {
        const auto answer =
            made.server.call(http_method::post, room_path(made.id) + "/upgrade", {{"new_version", "11"}}, teachers);
        const std::string next(answer.at("replacement_room").as_string());
        CHECK(contains(made.refusal(failure::invalid, made.id), "goes on as " + next));
    }
}

TEST_CASE("a room that nobody can give us power in is not adopted, and nothing is changed there") {
    hand_made made;
    const auto teachers = made.server.log_in(made.room.account(made.teacher));
    made.server.call(http_method::post, room_path(made.id) + "/leave", boost::json::object(), teachers);
    CHECK(contains(made.refusal(failure::conflict, made.id), "nobody has more than 0"));
}

TEST_CASE("our account comes back into an open room that it left with its power, where nobody else has any") {
    hand_made made;
    auto& [server, room, teacher, pupil, guest, id] = made;
    const auto& own_account = server.at().admin_user;
    const auto teachers = server.log_in(room.account(teacher));
    const auto set = [&](const std::string& type, const boost::json::object& content) {
        server.call(http_method::put, room_path(id) + "/state/" + type, content, teachers);
    };
    set("m.room.join_rules", {{"join_rule", "public"}});
    server.call(http_method::post, room_path(id) + "/join", boost::json::object());
    auto levels = server.state_event(id, "m.room.power_levels").as_object();
    levels["users"] = boost::json::object{{own_account, 100}};
    set("m.room.power_levels", levels);
    server.call(http_method::post, room_path(id) + "/leave", boost::json::object());
    made.adopt(id);
    CHECK(room.room_id() == id);
    CHECK(server.members(id).at(own_account) == "join");
    CHECK(server.levels(id) == std::map<std::string, int>{{own_account, 100}});
    room.task([&](auto& provider) { CHECK(provider.update_chat_room()); });
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == "Physics 10b");
}
