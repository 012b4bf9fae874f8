#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_method;
using core_communication::room_role;

TEST_CASE("everybody wanted is in, with their role") {
    auto& server = homeserver::shared();
    class_room room;
    const auto owner = room.enrol(room_role::owner);
    const auto teacher = room.enrol(room_role::moderator);
    const auto pupil = room.enrol();
    room.provision();
    const auto id = room.room_id();
    const std::map<std::string, std::string> in{{"@admin:commhost.test", "join"},
                                                {room.account(owner), "join"},
                                                {room.account(teacher), "join"},
                                                {room.account(pupil), "join"}};
    CHECK(server.members(id) == in);
    CHECK(server.levels(id) == std::map<std::string, int>{{"@admin:commhost.test", 100},
                                                          {room.account(owner), 90},
                                                          {room.account(teacher), 51}});

    const auto present = room.synchronise();
    CHECK(present.size() == 4);
    CHECK(present.at(room.account(owner)).role == room_role::owner);
    CHECK(present.at(room.account(teacher)).role == room_role::moderator);
    CHECK(present.at(room.account(pupil)).role == room_role::member);
    CHECK(present.at("@admin:commhost.test").exempt);
    CHECK_FALSE(present.at(room.account(pupil)).exempt);
}

TEST_CASE("accounts made after the room get their roles in one event") {
    auto& server = homeserver::shared();
    class_room room;
    room.task([&](auto& provider) { provider.create_chat_room(); });
    const auto one = room.enrol(room_role::moderator);
    const auto two = room.enrol(room_role::owner);
    const std::array users{one, two};
    room.task([&](auto& provider) { provider.create_members(users); });
    server.take_requests();
    room.task([&](auto& provider) {
        provider.update_chat_room();
        provider.add_members_to_room(std::array{one});
        provider.add_members_to_room(std::array{two});
    });
    CHECK(room.processor().synced() == std::set{one, two});
    // One read, two joins, one read and one write of the levels.
    CHECK(server.take_requests().size() == 5);
    CHECK(server.levels(room.room_id()) ==
          std::map<std::string, int>{{"@admin:commhost.test", 100}, {room.account(one), 51}, {room.account(two), 90}});
}

TEST_CASE("who is in the room already is done, without a request") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.provision();
    server.take_requests();
    room.task([&](auto& provider) { provider.add_members_to_room(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    CHECK(server.take_requests().size() == 1);
}

TEST_CASE("who came in since the room was read is done too") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) {
        provider.create_members(std::array{user});
        provider.create_chat_room();
        server.call(http_method::post, "/_synapse/admin/v1/join/" + room.room_id(), {{"user_id", room.account(user)}});
        room.processor().forget_verdicts();
        provider.add_members_to_room(std::array{user});
        CHECK(room.processor().synced() == std::set{user});
    });
}

TEST_CASE("who was banned by hand is refused in Synapse's words, and the others are in") {
    auto& server = homeserver::shared();
    class_room room;
    const auto banned = room.enrol();
    const auto other = room.enrol();
    room.task([&](auto& provider) {
        provider.create_members(std::array{banned, other});
        provider.create_chat_room();
    });
    server.call(http_method::post, "/_matrix/client/v3/rooms/" + room.room_id() + "/ban",
                {{"user_id", room.account(banned)}});
    room.task([&](auto& provider) { provider.add_members_to_room(std::array{banned, other}); });
    CHECK(room.processor().synced() == std::set{other});
    REQUIRE(room.processor().failed().contains(banned));
    CHECK(room.processor().failed().at(banned).kind() == failure::rejected);
    CHECK(std::string(room.processor().failed().at(banned).what()).find("Cannot invite user who was banned") !=
          std::string::npos);
    // Nobody banned counts as a member, and removing them is done.
    CHECK(room.synchronise().at(room.account(banned)).presence == core_communication::presence::banned);
    room.task([&](auto& provider) { provider.remove_members_from_room(std::array{banned}); });
    CHECK(room.processor().synced() == std::set{banned});
}

TEST_CASE("a role is changed in one event that keeps everything else") {
    auto& server = homeserver::shared();
    class_room room;
    const auto up = room.enrol();
    const auto down = room.enrol(room_role::owner);
    const auto by_hand = room.enrol();
    room.provision();
    const auto id = room.room_id();
    server.set_level(id, room.account(by_hand), 75);
    auto before = server.state_event(id, "m.room.power_levels");
    before.as_object()["notifications"] = boost::json::object{{"room", 20}};
    before.at("events").as_object()["org.example.own"] = 7;
    server.set_state_event(id, "m.room.power_levels", before);

    room.processor().want(up, room_role::moderator);
    room.processor().want(down, room_role::member);
    server.take_requests();
    room.task([&](auto& provider) {
        provider.update_chat_room();
        provider.update_room_membership(std::array{up, down});
    });
    CHECK(room.processor().synced() == std::set{up, down});
    CHECK(server.take_requests().size() == 3);
    auto expected = before;
    expected.at("users").as_object()[room.account(up)] = 51;
    expected.at("users").as_object().erase(room.account(down));
    CHECK(server.state_event(id, "m.room.power_levels") == expected);
    CHECK(room.synchronise().at(room.account(by_hand)).role == std::nullopt);
}

TEST_CASE("what was changed in the levels since they were read is kept") {
    auto& server = homeserver::shared();
    class_room room;
    const auto teacher = room.enrol(room_role::moderator);
    boost::json::value before;
    room.task([&](auto& provider) {
        provider.create_chat_room();
        provider.create_members(std::array{teacher});
        before = server.state_event(room.room_id(), "m.room.power_levels");
        before.as_object()["redact"] = 60;
        server.set_state_event(room.room_id(), "m.room.power_levels", before);
        provider.add_members_to_room(std::array{teacher});
    });
    before.at("users").as_object()[room.account(teacher)] = 51;
    CHECK(server.state_event(room.room_id(), "m.room.power_levels") == before);
}

TEST_CASE("a level set by hand is kept when its owner is added again") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.provision();
    const auto id = room.room_id();
    server.set_level(id, room.account(user), 50);
    server.call(http_method::post, "/_matrix/client/v3/rooms/" + id + "/leave", boost::json::object(),
                server.log_in(room.account(user)));
    CHECK(room.synchronise().at(room.account(user)).presence == core_communication::presence::left);
    room.task([&](auto& provider) { provider.add_members_to_room(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    CHECK(server.members(id).at(room.account(user)) == "join");
    CHECK(server.levels(id).at(room.account(user)) == 50);
}

TEST_CASE("who was added by hand is seen and can be removed") {
    auto& server = homeserver::shared();
    class_room room;
    const auto member = room.enrol();
    room.provision();
    const auto stranger_name = room.username(member) + "-stranger";
    const auto stranger = server.account(stranger_name);
    server.call(http_method::put, "/_synapse/admin/v2/users/" + stranger, {{"displayname", "Stranger"}});
    server.call(http_method::post, "/_synapse/admin/v1/join/" + room.room_id(), {{"user_id", stranger}});
    CHECK(room.synchronise().contains(stranger));
    const auto id = room.processor().add_stranger(stranger);
    room.task([&](auto& provider) { provider.remove_members_from_room(std::array{id}); });
    CHECK(room.processor().synced() == std::set{id});
    CHECK_FALSE(room.synchronise().contains(stranger));
}

TEST_CASE("an invited stranger is a member to remove, an invited pupil one to add") {
    auto& server = homeserver::shared();
    class_room room;
    const auto pupil = room.enrol();
    room.task([&](auto& provider) {
        provider.create_members(std::array{pupil});
        provider.create_chat_room();
    });
    const auto id = room.room_id();
    const auto stranger = server.account(room.username(pupil) + "-stranger");
    server.call(http_method::put, "/_synapse/admin/v2/users/" + stranger, {{"displayname", "Stranger"}});
    for (const auto& account : {stranger, room.account(pupil)})
        server.call(http_method::post, "/_matrix/client/v3/rooms/" + id + "/invite", {{"user_id", account}});
    const auto present = room.synchronise();
    CHECK(present.contains(stranger));
    CHECK_FALSE(present.contains(room.account(pupil)));

    const auto stranger_id = room.processor().add_stranger(stranger);
    room.task([&](auto& provider) {
        provider.add_members_to_room(std::array{pupil});
        provider.remove_members_from_room(std::array{stranger_id});
    });
    CHECK(room.processor().synced() == std::set{stranger_id, pupil});
    CHECK(server.members(id).at(room.account(pupil)) == "join");
    CHECK(server.members(id).at(stranger) == "leave");
}

TEST_CASE("removing takes the role too, and is done for who has left already") {
    auto& server = homeserver::shared();
    class_room room;
    const auto teacher = room.enrol(room_role::owner);
    const auto left = room.enrol(room_role::moderator);
    const auto stays = room.enrol(room_role::moderator);
    room.provision();
    const auto id = room.room_id();
    server.call(http_method::post, "/_matrix/client/v3/rooms/" + id + "/leave", boost::json::object(),
                server.log_in(room.account(left)));
    room.task([&](auto& provider) { provider.remove_members_from_room(std::array{teacher, left}); });
    CHECK(room.processor().synced() == std::set{teacher, left});
    CHECK(server.members(id).at(room.account(teacher)) == "leave");
    CHECK(server.levels(id) == std::map<std::string, int>{{"@admin:commhost.test", 100}, {room.account(stays), 51}});

    // Who leaves between the read and the kick.
    room.task([&](auto& provider) {
        provider.update_chat_room();
        server.call(http_method::post, "/_matrix/client/v3/rooms/" + id + "/leave", boost::json::object(),
                    server.log_in(room.account(stays)));
        provider.remove_members_from_room(std::array{stays});
    });
    CHECK(room.processor().synced() == std::set{stays});
}

TEST_CASE("a level is taken back from whoever never came in and is wanted no more, and from nobody else") {
    auto& server = homeserver::shared();
    class_room room;
    const auto comes = room.enrol(room_role::moderator);
    const auto never = room.enrol(room_role::owner);
    room.task([&](auto& provider) {
        provider.create_members(std::array{comes, never});
        provider.create_chat_room();  // as far as somebody got who was killed
    });
    const auto id = room.room_id();
    const auto by_hand = server.account("by-hand-" + room.username(never));
    server.set_level(id, by_hand, 50);
    room.processor().want_no_more(never);
    room.task([&](auto& provider) { provider.update_chat_room(); });
    CHECK(server.levels(id) ==
          std::map<std::string, int>{{"@admin:commhost.test", 100}, {room.account(comes), 51}, {by_hand, 50}});
    server.take_requests();
    room.task([&](auto& provider) { provider.update_chat_room(); });
    CHECK(server.take_requests().size() == 1);
}

TEST_CASE("who is not below our account stays, with the reason, and the others go") {
    auto& server = homeserver::shared();
    class_room room;
    const auto boss = room.enrol();
    const auto pupil = room.enrol(room_role::moderator);
    room.provision();
    server.set_level(room.room_id(), room.account(boss), 100);
    room.task([&](auto& provider) { provider.remove_members_from_room(std::array{boss, pupil}); });
    CHECK(room.processor().synced() == std::set{pupil});
    REQUIRE(room.processor().failed().contains(boss));
    CHECK(std::string(room.processor().failed().at(boss).what()).find("has power level 100") != std::string::npos);
    CHECK(server.members(room.room_id()).at(room.account(boss)) == "join");
}

TEST_CASE("our own account is never removed") {
    class_room room;
    room.provision();
    const auto ourselves = room.processor().add_stranger("@admin:commhost.test");
    room.task([&](auto& provider) { provider.remove_members_from_room(std::array{ourselves}); });
    CHECK(room.processor().failed().contains(ourselves));
}

TEST_CASE("who left, who was banned and who was kicked are told apart") {
    auto& server = homeserver::shared();
    class_room room;
    const auto left = room.enrol();
    const auto banned = room.enrol();
    const auto kicked = room.enrol();
    const auto there = room.enrol();
    room.provision();
    const auto path = "/_matrix/client/v3/rooms/" + room.room_id();
    server.call(http_method::post, path + "/leave", boost::json::object{}, server.log_in(room.account(left)));
    server.call(http_method::post, path + "/ban", {{"user_id", room.account(banned)}});
    server.call(http_method::post, path + "/kick", {{"user_id", room.account(kicked)}});

    using core_communication::presence;
    auto found = room.synchronise();
    REQUIRE(found.contains(room.account(left)));
    REQUIRE(found.contains(room.account(banned)));
    CHECK(found.at(room.account(left)).presence == presence::left);
    CHECK(found.at(room.account(banned)).presence == presence::banned);
    CHECK_FALSE(found.contains(room.account(kicked)));
    CHECK(found.at(room.account(there)).presence == presence::joined);

    // Of those who are not wanted any more nothing is to be said.
    room.processor().want_no_more(left);
    CHECK_FALSE(room.synchronise().contains(room.account(left)));
}
