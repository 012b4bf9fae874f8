// What is sent, counted in Synapse's own log.

#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace commhost::test;
using core_communication::room_role;

namespace {

std::size_t writes(const std::vector<std::string>& requests) {
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(), [](const auto& each) { return !each.starts_with("GET "); }));
}

}  // namespace

TEST_CASE("a new room whose members have accounts takes one request for each and three more") {
    auto& server = homeserver::shared();
    class_room room;
    constexpr std::size_t members = 30;
    room.enrol(room_role::owner);
    room.enrol(room_role::moderator);
    const auto others = room.enrol_many(members - 2);
    room.task([&](auto& provider) {
        class_room::in_portions(room.everybody(), [&](auto portion) { provider.create_members(portion); });
    });
    room.processor().lose_values();
    server.take_requests();
    room.provision();
    const auto requests = server.take_requests();
    MESSAGE("new room of ", members, ": ", requests.size(), " requests, ", writes(requests), " of them writes");
    CHECK(requests.size() == members + 3);
    CHECK(10 * requests.size() <= 11 * members + 10);
}

TEST_CASE("a new room is not read, because nobody can have changed it") {
    auto& server = homeserver::shared();
    class_room room;
    server.take_requests();
    room.task([&](auto& provider) {
        provider.create_chat_room();
        provider.update_chat_room();
        provider.synchronise_room_members();
    });
    CHECK(server.take_requests().size() == 3);
    REQUIRE(room.processor().remote_members().has_value());
    CHECK(room.processor().remote_members()->size() == 1);
}

TEST_CASE("where nothing has changed there is one read and no write") {
    auto& server = homeserver::shared();
    class_room room;
    room.enrol(room_role::moderator);
    const auto user = room.enrol();
    room.provision();
    server.take_requests();
    room.task([&](auto& provider) {
        CHECK(provider.update_chat_room());
        provider.synchronise_room_members();
        provider.add_members_to_room(room.everybody());
        provider.update_room_membership(std::array{user});
        provider.generate_room_url();
    });
    CHECK(room.processor().synced().size() == 2);
    const auto requests = server.take_requests();
    CHECK(requests.size() == 1);
    CHECK(writes(requests) == 0);
}

TEST_CASE("what was changed is read again before it is told") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.provision();
    room.task([&](auto& provider) {
        provider.update_chat_room();
        provider.remove_members_from_room(std::array{user});
        server.take_requests();
        provider.synchronise_room_members();
        CHECK(server.take_requests().size() == 1);
    });
    CHECK(room.processor().remote_members()->size() == 1);
}

TEST_CASE("the second room of a site asks neither whose token it has nor for the versions") {
    auto& server = homeserver::shared();
    class_room first;
    first.provision();
    class_room second;
    second.processor().share_site_with(first.processor());
    server.take_requests();
    second.provision();
    CHECK(server.take_requests().size() == 1);
}
