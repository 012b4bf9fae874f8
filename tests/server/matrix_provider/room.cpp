#include "homeserver.hpp"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_method;
using core_communication::provider_error;
using core_communication::room_role;

namespace {

failure kind_of_failure(const std::function<void()>& work, std::string_view part_of_reason) {
    try {
        work();
    } catch (const provider_error& failed) {
        CAPTURE(failed.what());
        CHECK(std::string_view(failed.what()).find(part_of_reason) != std::string_view::npos);
        return failed.kind();
    }
    FAIL("nothing was thrown");
    return failure::invalid;
}

}  // namespace

TEST_CASE("a room is private, named, of the version asked for, and only moderators invite") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([&](auto& provider) { CHECK(provider.create_chat_room()); });
    const auto id = room.room_id();
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == "Physics 10b");
    CHECK(server.state_event(id, "m.room.topic").at("topic").as_string() == "Mondays");
    CHECK(server.state_event(id, "m.room.join_rules").at("join_rule").as_string() == "invite");
    CHECK(server.state_event(id, "m.room.create").at("room_version").as_string() == "11");
    const auto levels = server.state_event(id, "m.room.power_levels");
    CHECK(levels.at("invite").as_int64() == 51);
    CHECK(levels.at("events").at("m.room.power_levels").as_int64() == 100);
    room.task([&](auto& provider) { CHECK(provider.generate_room_url() == "https://chat.example/#/room/" + id); });
    room.set_site("web_client_url", "");
    room.task([&](auto& provider) {
        CHECK(provider.generate_room_url() == "https://matrix.to/#/" + id + "?via=commhost.test");
    });
}

TEST_CASE("a second create makes no second room") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([&](auto& provider) { CHECK(provider.create_chat_room()); });
    const auto id = room.room_id();
    server.take_requests();
    room.task([&](auto& provider) { CHECK(provider.create_chat_room()); });
    CHECK(server.take_requests().empty());
    CHECK(room.room_id() == id);
}

TEST_CASE("a room whose id was lost in a crash is found again") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([&](auto& provider) { provider.create_chat_room(); });
    const auto id = room.room_id();
    room.processor().lose_values();

    bool may_try_to_create = true;
    std::string name = "Physics 10b";
    SUBCASE("with everything that was stored") {}
    SUBCASE("and was renamed in the roster meanwhile") {
        name = "Physics 10c";
        room.processor().set_room({name, "Mondays", ""});
    }
    SUBCASE("after the intent was stored") {
        room.processor().set_value("creating", "1");
        may_try_to_create = false;
    }
    server.take_requests();
    room.task([&](auto& provider) {
        CHECK(provider.create_chat_room());
        CHECK(provider.update_chat_room());
    });
    CHECK(room.room_id() == id);
    const auto requests = server.take_requests();
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == name);
    const bool tried =
        std::find(requests.begin(), requests.end(), "POST /_matrix/client/v3/createRoom") != requests.end();
    CHECK(tried == may_try_to_create);
}

TEST_CASE("a room of somebody else that has our alias is not taken over") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    const auto theirs = server.call(http_method::post, "/_matrix/client/v3/createRoom",
                                    {{"room_alias_name", "commhost-" + std::string(room.processor().room_key())}},
                                    server.log_in(room.account(user)));
    room.task([&](auto& provider) {
        CHECK(kind_of_failure([&] { provider.create_chat_room(); },
                              "which is not ours: @admin:commhost.test is not in it") == failure::conflict);
    });
    // Nor is it deleted.
    room.task([&](auto& provider) { CHECK(provider.delete_chat_room()); });
    server.call(http_method::get, "/_synapse/admin/v1/rooms/" + std::string(theirs.at("room_id").as_string()));
}

TEST_CASE("name and topic are written when they differ, and only then") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([&](auto& provider) { provider.create_chat_room(); });
    const auto id = room.room_id();
    room.processor().set_room({"Physics 10c", "Mondays", ""});
    server.take_requests();
    room.task([&](auto& provider) { CHECK(provider.update_chat_room()); });
    CHECK(server.take_requests().size() == 2);
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == "Physics 10c");

    room.processor().set_room({"Physics 10c", "", ""});
    room.task([&](auto& provider) { CHECK(provider.update_chat_room()); });
    CHECK(server.state_event(id, "m.room.topic").at("topic").as_string() == "");
    server.take_requests();
    room.task([&](auto& provider) { CHECK(provider.update_chat_room()); });
    CHECK(server.take_requests().size() == 1);
}

TEST_CASE("a room is deleted to the end, and can be made again") {
    auto& server = homeserver::shared();
    class_room room;
    room.enrol(room_role::moderator);
    room.provision();
    const auto id = room.room_id();
    bool gone = false;
    // Synapse tells nobody that it is done; each call asks it.
    for (const auto begin = std::chrono::steady_clock::now();
         !gone && std::chrono::steady_clock::now() - begin < std::chrono::seconds(60);)
        room.task([&](auto& provider) { gone = provider.delete_chat_room(); });
    CHECK(gone);
    CHECK_FALSE(room.processor().value("room_id").has_value());
    room.task([&](auto& provider) { CHECK(provider.delete_chat_room()); });
    room.provision();
    CHECK(room.room_id() != id);
    CHECK(server.members(room.room_id()).size() == 2);
}

TEST_CASE("a room that was deleted on the server is said to be gone") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([&](auto& provider) { provider.create_chat_room(); });
    const auto id = room.room_id();
    server.call(http_method::delete_, "/_synapse/admin/v1/rooms/" + id, {{"purge", true}});
    room.task([&](auto& provider) {
        CHECK_FALSE(provider.update_chat_room());
        CHECK(provider.create_chat_room());
    });
    CHECK(room.room_id() != id);
}

TEST_CASE("a room that our account was made to leave is not made again beside it") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([&](auto& provider) { provider.create_chat_room(); });
    server.call(http_method::post, "/_matrix/client/v3/rooms/" + room.room_id() + "/leave", boost::json::object());
    room.task([&](auto& provider) {
        CHECK(kind_of_failure([&] { provider.update_chat_room(); }, "@admin:commhost.test is no longer in the room") ==
              failure::conflict);
        CHECK(kind_of_failure([&] { provider.synchronise_room_members(); },
                              "@admin:commhost.test is no longer in the room") == failure::conflict);
        CHECK_FALSE(room.processor().remote_members().has_value());
    });
}

TEST_CASE("a token that the server does not know is told as such") {
    class_room room;
    room.set_site("access_token", "syt_nobody");
    room.task([&](auto& provider) {
        CHECK(kind_of_failure([&] { provider.create_chat_room(); }, "M_UNKNOWN_TOKEN") == failure::unauthorised);
    });
}

TEST_CASE("a room version that the server does not have is refused with its words") {
    class_room room;
    room.set_site("room_version", "99");
    room.task([&](auto& provider) {
        CHECK(kind_of_failure([&] { provider.create_chat_room(); }, "does not support this room version") ==
              failure::rejected);
    });
}

TEST_CASE("in a room of version 12 its creator is not listed, and roles work") {
    auto& server = homeserver::shared();
    class_room room;
    room.set_site("room_version", "12");
    const auto teacher = room.enrol(room_role::owner);
    const auto pupil = room.enrol();
    room.provision();
    const auto id = room.room_id();
    CHECK(server.levels(id) == std::map<std::string, int>{{room.account(teacher), 90}});
    room.processor().want(pupil, room_role::moderator);
    room.task([&](auto& provider) { provider.update_room_membership(std::array{pupil}); });
    CHECK(server.levels(id) == std::map<std::string, int>{{room.account(teacher), 90}, {room.account(pupil), 51}});
    const auto present = room.synchronise();
    CHECK(present.at("@admin:commhost.test").exempt);
    CHECK(present.at(room.account(teacher)).role == room_role::owner);
    room.task([&](auto& provider) { provider.remove_members_from_room(std::array{teacher}); });
    CHECK(server.members(id).at(room.account(teacher)) == "leave");
}

TEST_CASE("a room shows its picture, the next one, and then none; unchanged nothing is sent") {
    auto& server = homeserver::shared();
    class_room room;
    const auto show = [&](const std::string& digest, const std::string& bytes) {
        room.processor().set_room({"Physics 10b", "Mondays", digest});
        room.processor().set_picture(core_communication::picture{"image/gif", bytes});
    };
    const auto shown = [&] { return server.state_event(room.room_id(), "m.room.avatar").as_object(); };
    const std::string first = "GIF89a\x01";
    show("first", first);
    room.provision();
    const std::string address(shown().at("url").as_string());
    REQUIRE(address.starts_with("mxc://"));
    CHECK(shown().at("info").at("mimetype").as_string() == "image/gif");
    core_communication::http_request download;
    download.url = server.at().url + "/_matrix/client/v1/media/download/" + address.substr(6);
    download.headers = {{"Authorization", "Bearer " + server.at().admin_token}};
    const auto stored = server.http().send(download);
    CHECK(stored.status == 200);
    CHECK(stored.body == first);

    const auto writes_of_update = [&] {
        server.take_requests();
        room.task([](auto& provider) { CHECK(provider.update_chat_room()); });
        const auto requests = server.take_requests();
        return std::count_if(requests.begin(), requests.end(),
                             [](const auto& each) { return !each.starts_with("GET "); });
    };
    CHECK(writes_of_update() == 0);
    show("second", "GIF89a\x02");
    CHECK(writes_of_update() == 2);
    CHECK(shown().at("url").as_string() != address);
    room.processor().set_room({"Physics 10b", "Mondays", ""});
    CHECK(writes_of_update() == 1);
    CHECK_FALSE(shown().contains("url"));
    CHECK(writes_of_update() == 0);
}

TEST_CASE(
    "a room that was broken off while the server made it is finished, or made anew where nobody can come into it") {
    auto& server = homeserver::shared();
    class_room room;
    room.set_site("history_visibility", "joined");
    const auto teacher = room.enrol(room_role::moderator);
    const std::string too_much(70'000, 'x');  // client-server API, "Size limits": 64 KiB an event
    boost::json::object asked{{"preset", "private_chat"},
                              {"room_version", "11"},
                              {"room_alias_name", "commhost-" + std::string(room.processor().room_key())}};
    bool has_creator = false;
    SUBCASE("with its alias alone") { asked["creation_content"] = {{"x", too_much}}; }
    SUBCASE("with its creator") {
        asked["initial_state"] = {{{"type", "x"}, {"state_key", ""}, {"content", {{"x", too_much}}}}};
        has_creator = true;
    }
    core_communication::http_request create;
    create.method = http_method::post;
    create.url = server.at().url + "/_matrix/client/v3/createRoom";
    create.headers = {{"Authorization", "Bearer " + server.at().admin_token}};
    create.body = boost::json::serialize(asked);
    REQUIRE(server.http().send(create).status == 413);
    const auto alias =
        "/_matrix/client/v3/directory/room/" +
        core_communication::percent_encode("#commhost-" + std::string(room.processor().room_key()) + ":commhost.test");
    const auto begun = server.call(http_method::get, alias).at("room_id");
    room.provision();
    const auto id = room.room_id();
    CHECK((begun.as_string() == id) == has_creator);
    CHECK(server.call(http_method::get, alias).at("room_id").as_string() == id);
    CHECK(server.state_event(id, "m.room.name").at("name").as_string() == "Physics 10b");
    CHECK(server.state_event(id, "m.room.history_visibility").at("history_visibility").as_string() == "joined");
    CHECK(server.levels(id) == std::map<std::string, int>{{"@admin:commhost.test", 100}, {room.account(teacher), 51}});
    const auto levels = server.state_event(id, "m.room.power_levels");
    CHECK(levels.at("invite").as_int64() == 51);
    CHECK(levels.at("events").at("m.room.power_levels").as_int64() == 100);
}
