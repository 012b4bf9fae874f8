#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>

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

constexpr std::array all{"address",     "versions",     "clock",      "token",
                         "server_name", "admin_rights", "rate_limit", "room_version", "forced_encryption"};

}  // namespace

TEST_CASE("a server that does all that is needed passes, and nothing is changed there") {
    auto& server = homeserver::shared();
    class_room room;
    server.take_requests();
    auto found = diagnose(room);
    for (const auto& request : server.take_requests()) CHECK(request.starts_with("GET "));
    CHECK(found.size() == all.size());
    for (const auto* id : all) {
        CAPTURE(found[id].found);
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
