#include "worker/validator/server_life.hpp"

#include "worker/stray_processes.hpp"
#include "worker/validator/leak_tests.hpp"
#include "worker/validator/server_room.hpp"
#include "worker/validator/stage.hpp"
#include "worker/validator/world_tests.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace commhost::worker::validator {

namespace {

/// As far as it goes, but for the room's making; how well it does is the business of others.
bool live_on_server(stage& on, verdict& found) {
    server_room room(on);
    verdict any;
    const bool is_made = room.make(found);
    if (is_made) {
        room.url();
        const auto people = room.people();
        for (const auto which : {method::add_members_to_room, method::update_room_membership, method::update_chat_room,
                                 method::synchronise_room_members, method::remove_members_from_room})
            room.step(which, any, people);
        room.step_until_done(method::delete_chat_room, any);
    }
    const service::secret_blanker blank(on.order().settings.secrets);
    for (auto& each : room.take_breaches()) {
        each.what = blank(std::move(each.what));
        on.report().hand_on(each);
    }
    return is_made;
}

}  // namespace

void examine_server_life(stage& on, verdict& found) { live_on_server(on, found); }

void examine_server_leaks(stage& on, verdict& found) {
    constexpr std::size_t lives = 3;
    constexpr std::size_t most_processes = 100;
    if (!live_on_server(on, found)) return;
    const auto before = own_belongings();
    for (std::size_t life = 0; life < lives; ++life) live_on_server(on, found);
    if (const auto left = threads_left(before.threads); left > before.threads)
        found.fail("validate_threads_left", {{"number", std::to_string(left - before.threads)}});
    if (const auto left = count_descendants(most_processes); left > 0)
        found.fail("validate_processes_left", {{"number", std::to_string(left)}});
    if (const auto left = descriptors_beyond(before.descriptors); left > 0)
        found.fail("validate_descriptors_left", {{"number", std::to_string(left)}, {"lives", std::to_string(lives)}});
}

void examine_server_cancellation(stage& on, verdict& found) {
    constexpr std::size_t most_requests = 3;
    server_room room(on);
    verdict any;
    if (!room.make(found)) return;
    room.step(method::add_members_to_room, any, room.people());
    for (const auto which :
         {method::create_members, method::create_chat_room, method::update_chat_room, method::add_members_to_room,
          method::update_room_membership, method::synchronise_room_members, method::remove_members_from_room})
        for (std::size_t number = 0; number < most_requests; ++number)
            if (!cancel(room.room(), which, number, "server, cancelled", found)) break;
}

void examine_server_left(stage& on, verdict& found) {
    for (const auto& key : on.order().rooms_left) {
        server_room room(on, key);
        verdict why;
        if (room.step_until_done(method::delete_chat_room, why))
            found.warn("validate_room_deleted", {{"room", key}});
        else
            found.take_over(why);
    }
}

}  // namespace commhost::worker::validator
