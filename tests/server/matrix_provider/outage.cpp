#include "homeserver.hpp"
#include "own_server.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace commhost::test;
using core_communication::diagnosis_outcome;
using core_communication::failure;
using core_communication::provider_error;

namespace {

failure kind_of_failure(const std::function<void()>& work) {
    try {
        work();
    } catch (const provider_error& failed) {
        return failed.kind();
    }
    FAIL("nothing was thrown");
    return failure::invalid;
}

}  // namespace

TEST_CASE("while the server is stopped nobody fails, nothing is taken for gone, and then work goes on") {
    own_server synapse;
    commhost::service::http_settings once;
    once.tries = 1;
    homeserver server(synapse.start(), once);
    class_room room(server);
    const std::array users{room.enrol(), room.enrol(core_communication::room_role::moderator)};
    room.provision();
    const auto id = room.room_id();

    synapse.stop();
    const auto later = room.enrol();
    room.task([&](auto& provider) {
        CHECK(kind_of_failure([&] { provider.create_members(std::array{later}); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.update_chat_room(); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.synchronise_room_members(); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.add_members_to_room(users); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.remove_members_from_room(users); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.delete_chat_room(); }) == failure::unavailable);
        CHECK(provider.diagnose().front().outcome == diagnosis_outcome::failed);
        CHECK(provider.diagnose().size() == 14);
        CHECK(room.processor().failed().empty());
        CHECK(room.processor().synced().empty());
        CHECK_FALSE(room.processor().remote_members().has_value());
    });
    class_room begun(server);
    begun.task(
        [&](auto& provider) { CHECK(kind_of_failure([&] { provider.create_chat_room(); }) == failure::unavailable); });

    synapse.start();
    room.provision();
    CHECK(room.room_id() == id);
    CHECK(server.members(id).size() == 4);
    begun.task([&](auto& provider) { CHECK(provider.create_chat_room()); });
}
