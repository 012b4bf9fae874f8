#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::diagnosis;
using core_communication::diagnosis_outcome;

namespace {

std::map<std::string, diagnosis> diagnose(class_room& room) {
    std::map<std::string, diagnosis> found;
    room.task([&](auto& provider) {
        for (auto& each : provider.diagnose()) found.emplace(each.id, each);
    });
    return found;
}

constexpr std::array all{"address",     "versions",     "clock",      "encryption",   "token",
                         "server_name", "admin_rights", "rate_limit", "room_version", "media",
                         "room_power",  "federation",   "space",      "accounts"};

}  // namespace

TEST_CASE("a server that does all that is needed passes, and nothing is changed there") {
    auto& server = homeserver::shared();
    class_room room;
    room.provision();
    server.take_requests();
    auto found = diagnose(room);
    for (const auto& request : server.take_requests()) CHECK(request.starts_with("GET "));
    CHECK(found.size() == all.size());
    for (const auto* id : all) {
        CAPTURE(found[id].found);
        if (std::string(id) == "room_power") continue;  // other tests leave rooms in which our account lacks it
        if (std::string(id) == "space") continue;       // none is wanted
        CHECK(found[id].outcome == diagnosis_outcome::passed);
        CHECK(found[id].advice.empty());
    }
}

TEST_CASE("each lack is found, with advice") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });

    SUBCASE("a token of nobody") {
        room.set_site("access_token", "syt_nobody");
        auto found = diagnose(room);
        CHECK(found["token"].outcome == diagnosis_outcome::failed);
        CHECK(found["token"].found.find("M_UNKNOWN_TOKEN") != std::string::npos);
        CHECK(found["rate_limit"].outcome == diagnosis_outcome::skipped);
        CHECK(found.size() == all.size());
    }
    SUBCASE("an account that is no admin") {
        room.set_site("access_token", server.log_in(room.account(user)));
        auto found = diagnose(room);
        CHECK(found["admin_rights"].outcome == diagnosis_outcome::failed);
        CHECK_FALSE(found["admin_rights"].advice.empty());
        CHECK(found["rate_limit"].outcome == diagnosis_outcome::skipped);
        CHECK(found["room_version"].outcome == diagnosis_outcome::passed);
    }
    SUBCASE("an admin under the rate limits") {
        server.call(core_communication::http_method::put, "/_synapse/admin/v2/users/" + room.account(user),
                    {{"admin", true}});
        room.set_site("access_token", server.log_in(room.account(user)));
        auto found = diagnose(room);
        CHECK(found["admin_rights"].outcome == diagnosis_outcome::passed);
        CHECK(found["rate_limit"].outcome == diagnosis_outcome::warning);
        CHECK(found["rate_limit"].advice.find("override_ratelimit") != std::string::npos);
        CHECK(found["room_power"].outcome == diagnosis_outcome::skipped);  // it is in no room
    }
    SUBCASE("an admin who lacks power in a room") {
        server.call(core_communication::http_method::put, "/_synapse/admin/v2/users/" + room.account(user),
                    {{"admin", true}});
        const auto token = server.log_in(room.account(user));
        room.set_site("access_token", token);
        const auto made = server.call(
            core_communication::http_method::post, "/_matrix/client/v3/createRoom",
            {{"room_version", "11"}, {"preset", "private_chat"}, {"creation_content", {{"m.federate", false}}}}, token);
        auto found = diagnose(room);
        CHECK(found["room_power"].outcome == diagnosis_outcome::passed);
        CHECK(found["federation"].found == "diagnosis_federation_passed seen=1 closed=1");
        const std::string id(made.at("room_id").as_string());
        const auto path =
            "/_matrix/client/v3/rooms/" + core_communication::percent_encode(id) + "/state/m.room.power_levels";
        auto levels = server.call(core_communication::http_method::get, path, nullptr, token);
        levels.at("users").as_object()[room.account(user)] = 60;
        levels.as_object()["state_default"] = 50;
        server.call(core_communication::http_method::put, path, levels, token);
        found = diagnose(room);
        CHECK(found["room_power"].outcome == diagnosis_outcome::warning);
        CHECK(found["room_power"].found.find(id + " (60/") != std::string::npos);
    }
    SUBCASE("another name, and a version that it does not have") {
        room.set_site("server_name", "other.test");
        room.set_site("room_version", "99");
        auto found = diagnose(room);
        CHECK(found["server_name"].outcome == diagnosis_outcome::failed);
        CHECK(found["server_name"].advice == "diagnosis_server_name_advice wanted=other.test real=commhost.test");
        CHECK(found["room_version"].outcome == diagnosis_outcome::failed);
    }
}

TEST_CASE("the exemption from rate limits is offered to an admin who has none, set, and offered no more") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    server.call(core_communication::http_method::put, "/_synapse/admin/v2/users/" + room.account(user),
                {{"admin", true}});
    room.set_site("access_token", server.log_in(room.account(user)));
    const auto offered = [&] {
        std::vector<core_communication::repair_offer> offers;
        room.task([&](auto& provider) { offers = provider.offer_repairs(provider.diagnose()); });
        return offers;
    };
    const auto before = offered();
    REQUIRE(before.size() == 1);
    CHECK(before[0].id == "rate_limit");
    CHECK(before[0].change == "repair_rate_limit account=" + room.account(user));
    for (int times = 0; times < 2; ++times) {
        server.take_requests();
        room.task([&](auto& provider) {
            const auto now = provider.repair("rate_limit");
            CHECK(now.id == "rate_limit");
            CHECK(now.outcome == diagnosis_outcome::passed);
        });
        std::size_t writes = 0;
        for (const auto& request : server.take_requests())
            if (request.starts_with("POST ")) ++writes;
        CHECK(writes == (times == 0 ? 1 : 0));
    }
    const auto limit = server.call(core_communication::http_method::get,
                                   "/_synapse/admin/v1/users/" + room.account(user) + "/override_ratelimit");
    CHECK(limit.at("messages_per_second").as_int64() == 0);
    CHECK(offered().empty());
}

TEST_CASE("what the server refuses to have set right is a finding") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    room.set_site("access_token", server.log_in(room.account(user)));
    room.task([&](auto& provider) {
        const auto now = provider.repair("rate_limit");
        CHECK(now.outcome == diagnosis_outcome::failed);
        CHECK(now.found.find("You are not a server admin") != std::string::npos);
    });
}
