#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>

using namespace commhost::test;
using core_communication::http_method;
using core_communication::room_role;

namespace {

std::string upgrade(const std::string& room, const std::string& version, const std::string& token = "") {
    return homeserver::shared()
        .call(http_method::post, "/_matrix/client/v3/rooms/" + room + "/upgrade", {{"new_version", version}}, token)
        .at("replacement_room")
        .as_string()
        .c_str();
}

/// Room and members as one task of the host does it.
void reconcile(class_room& room) {
    room.task([&](auto& provider) {
        if (!provider.update_chat_room()) CHECK((provider.create_chat_room() && provider.update_chat_room()));
        provider.synchronise_room_members();
        provider.add_members_to_room(room.everybody());
    });
    CHECK(room.processor().failed().empty());
}

std::string room_of_alias(class_room& room) {
    return homeserver::shared()
        .call(http_method::get, "/_matrix/client/v3/directory/room/" +
                                    core_communication::percent_encode(
                                        "#commhost-" + std::string(room.processor().room_key()) + ":commhost.test"))
        .at("room_id")
        .as_string()
        .c_str();
}

}  // namespace

TEST_CASE("a room that somebody has upgraded is followed: members, roles, alias and picture are in the new one") {
    auto& server = homeserver::shared();
    class_room room;
    const auto teacher = room.enrol(room_role::owner);
    const auto pupil = room.enrol();
    room.processor().set_room({"Physics 10b", "Mondays", "digest"});
    room.processor().set_picture(core_communication::picture{"image/gif", "GIF89a\x01"});
    room.provision();
    const auto old = room.room_id();
    server.set_level(old, room.account(teacher), 100);
    const auto token = server.log_in(room.account(teacher));
    std::string by;
    SUBCASE("by a teacher, to the same version") { by = upgrade(old, "11", token); }
    SUBCASE("by a teacher, who is then its creator") { by = upgrade(old, "12", token); }
    bool is_to_be_deleted = false;
    SUBCASE("by our account, and then deleted with the old one") {
        by = upgrade(old, "12");
        is_to_be_deleted = true;
    }
    SUBCASE("twice in between") { by = upgrade(upgrade(old, "11", token), "12", token); }
    reconcile(room);
    CHECK(room.room_id() == by);
    const auto members = server.members(by);
    CHECK(members.at(room.account(teacher)) == "join");
    CHECK(members.at(room.account(pupil)) == "join");
    CHECK(members.at("@admin:commhost.test") == "join");
    CHECK(server.members(old).at(room.account(pupil)) == "join");
    CHECK(room_of_alias(room) == by);
    CHECK(server.state_event(by, "m.room.avatar").as_object().contains("url"));
    CHECK(room.synchronise().at(room.account(pupil)).role == room_role::member);
    server.take_requests();
    reconcile(room);
    CHECK(server.take_requests().size() == 1);

    if (!is_to_be_deleted) return;
    bool gone = false;
    for (const auto begin = std::chrono::steady_clock::now();
         !gone && std::chrono::steady_clock::now() - begin < std::chrono::seconds(60);)
        room.task([&](auto& provider) { gone = provider.delete_chat_room(); });
    CHECK(gone);
    for (const auto& id : {old, by}) {
        core_communication::http_request look;
        look.url = server.at().url + "/_synapse/admin/v1/rooms/" + core_communication::percent_encode(id);
        look.headers = {{"Authorization", "Bearer " + server.at().admin_token}};
        CHECK(server.http().send(look).status == 404);
    }
}

TEST_CASE("a room that was closed for another one that is not its successor stays as it is, with everybody in it") {
    auto& server = homeserver::shared();
    class_room room;
    const auto pupil = room.enrol();
    room.provision();
    class_room other;
    other.provision();
    const auto id = room.room_id();
    server.set_state_event(id, "m.room.tombstone", {{"body", "gone"}, {"replacement_room", other.room_id()}});
    room.task([&](auto& provider) {
        CHECK_THROWS_WITH_AS(provider.update_chat_room(),
                             doctest::Contains("which does not say that it goes on for it"),
                             core_communication::provider_error);
    });
    CHECK(room.room_id() == id);
    CHECK(server.members(id).at(room.account(pupil)) == "join");
    CHECK(server.members(other.room_id()).size() == 1);
}
