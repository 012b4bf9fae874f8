#include "homeserver.hpp"
#include "own_server.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace commhost::test;
using core_communication::failure;
using core_communication::provider_error;

TEST_CASE("a server that has all the users it may have is waited for, and nobody's try is counted") {
    own_server own;
    own.start();
    own.stop();
    // "Monthly Active User Limit Exceeded" for whoever is not among them already, of whom there are none.
    own.configure("limit_usage_by_mau", true);
    own.configure("max_mau_value", 0);
    own.configure("admin_contact", "mailto:it@school.example");
    homeserver server(own.start());
    class_room room(server);
    const std::array users{room.enrol(), room.enrol()};
    room.task([&](auto& provider) {
        provider.create_members(users);  // which Synapse lets an admin do all the same
        CHECK(room.processor().synced().size() == users.size());
        try {
            provider.create_chat_room();
            FAIL("the server made a room");
        } catch (const provider_error& full) {
            CHECK(full.kind() == failure::unavailable);
            CHECK(std::string(full.what()).find("mailto:it@school.example") != std::string::npos);
            CHECK(std::string(full.what()).find("max_mau_value") != std::string::npos);
        }
    });
    CHECK(room.processor().failed().empty());
    own.stop();
    own.configure("limit_usage_by_mau", false);
    own.start();
    room.provision();
}
