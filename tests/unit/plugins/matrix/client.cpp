#include "matrix/client.hpp"

#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost::test;
using core_communication::http_request;
using core_communication::http_response;

TEST_CASE("only what grows with rooms and people may be longer than one object is") {
    auto server = server_of([](const std::string& asked) -> http_response {
        if (asked.ends_with("/whoami")) return {200, {}, R"({"user_id":"@commhost:s"})"};
        if (asked.find("/admin/v2/users?") != std::string::npos) return {200, {}, R"({"users":[],"total":0})"};
        return {200, {}, R"({"state":[]})"};
    });
    communication_matrix::configuration site;
    site.homeserver_url = address;
    communication_matrix::client caller(server, site);
    caller.own_account();
    caller.has_room("!room:s");
    caller.read_state_event("!room:s", "m.room.name");
    caller.set_state("!room:s", "m.room.name", {{"name", "Physics"}});
    caller.versions();
    for (const auto& each : server.requests()) CHECK(each.response_limit == 1U << 20U);
    CHECK(caller.join_request("!room:s", "@anna:s").response_limit == 1U << 20U);
    CHECK(caller.look_request("@anna:s").response_limit == 1U << 20U);
    server.forget_requests();
    caller.read_state("!room:s");
    caller.read_state_as_admin("!room:s");
    caller.account_page_from(0, [](const boost::json::object&) {});
    caller.get_list("/_matrix/client/v3/joined_rooms");
    REQUIRE(server.requests().size() == 4);
    for (const auto& each : server.requests()) CHECK(each.response_limit == http_request().response_limit);
}
