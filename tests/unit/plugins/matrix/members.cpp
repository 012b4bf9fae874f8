#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_response;
using core_communication::provider_error;
using core_communication::user_id;

TEST_CASE("when the connection is lost in a batch, who may be in the room already is not failed") {
    int joins = 0;
    auto server = server_of([&](const std::string& asked) -> http_response {
        if (asked.ends_with("/account/whoami")) return {200, {}, R"({"user_id":"@commhost:s"})"};
        if (asked.ends_with("/state"))
            return {200,
                    {},
                    R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}},
                {"type":"m.room.member","state_key":"@commhost:s","content":{"membership":"join"}}])"};
        if (!asked.starts_with("POST /_synapse/admin/v1/join/")) return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
        switch (++joins) {
            case 1: return {200, {}, "{}"};
            case 2: return {403, {}, R"({"errcode":"M_FORBIDDEN","error":"@ben:s is already in the room."})"};
            default: throw provider_error(failure::unavailable, "the connection was reset");
        }
    });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    processor.set_site_settings(settings_of_matrix());
    processor.set_value("room_id", "!room:s");
    const std::array users{user_id{1}, user_id{2}, user_id{3}};
    const std::array<std::string, 3> accounts{"@anna:s", "@ben:s", "@cleo:s"};
    for (std::size_t index = 0; index < users.size(); ++index) {
        processor.want(users[index]);
        processor.set_account(users[index], accounts[index], core_communication::account_origin::made);
    }
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);
    CHECK_THROWS_WITH_AS(provider.add_members_to_room(users), "the connection was reset", provider_error);
    CHECK(processor.synced() == std::set{users[0]});
    CHECK(processor.failed().empty());
}
