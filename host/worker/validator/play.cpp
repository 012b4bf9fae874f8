#include "worker/validator/play.hpp"

#include "text/sha256.hpp"

#include <utility>

namespace commhost::worker::validator {

namespace {

using core_communication::testing::scripted_http;

void give_accounts(trial& room) {
    std::vector<core_communication::user_id> without;
    const auto accounts = room.room().strict_processor::memory::accounts(everybody);
    for (std::size_t at = 0; at < everybody.size(); ++at)
        if (!accounts[at])
            room.room().strict_processor::memory::set_account(everybody.at(at), person_of(everybody.at(at)).username,
                                                              core_communication::account_origin::found);
}

void want_a_room(trial& room) {
    const auto picture = validator::picture();
    room.room().set_room({"Validate a room", "What is tried here", text::sha256(picture.bytes)});
    room.room().set_picture(picture);
}

/// One method, on an object and a room of its own.
call_result play_one(stage& on, method which, world where, std::size_t variant, bool is_prepared,
                     std::vector<breach>* breaches) {
    scripted_http calm(script_of(world::calm, 0, 0));
    scripted_http difficult(script_of(where, variant, on.order().seed));
    trial room(on, calm, {.without_room = is_without_room(which), .every_url = {}});
    want_a_room(room);
    if (is_prepared) prepare(room);
    if (!is_without_room(which)) give_accounts(room);
    room.begin_task();
    room.http().lead_to(difficult);
    auto result = room.call(which, to_string(where));
    room.http().lead_to(calm);
    if (breaches != nullptr)
        for (auto& each : room.rules().take_breaches()) breaches->push_back(std::move(each));
    return result;
}

/// A room's life in one object and then what needs no room in another. is_prepared: in the calm world, before it begins.
std::vector<call_result> live(stage& on, core_communication::http_service& behind, world where, bool is_prepared) {
    std::vector<call_result> calls;
    for (const bool without_room : {false, true}) {
        scripted_http calm(script_of(world::calm, 0, 0));
        trial room(on, calm, {.without_room = without_room, .every_url = {}});
        want_a_room(room);
        if (is_prepared && !without_room) prepare(room);
        room.begin_task();
        room.http().lead_to(behind);
        for (const auto which : every_method) {
            if (is_without_room(which) != without_room || on.order().leaves_out(to_string(which), to_string(where)))
                continue;
            calls.push_back(room.call(which, to_string(where)));
            if (which == method::create_members) give_accounts(room);
        }
        room.http().lead_to(calm);
    }
    return calls;
}

}  // namespace

void prepare(trial& room) {
    constexpr std::string_view where = "calm-world";
    room.begin_task();
    room.call(method::create_members, where);
    give_accounts(room);
    room.call(method::create_chat_room, where);
    if (room.has(method::adopt_chat_room))
        if (auto url = room.call(method::generate_room_url, where).url) room.set_address(*std::move(url));
    room.call(method::add_members_to_room, where);
}

void play(stage& on, world where, std::size_t variant, const std::function<void(const call_result&)>& on_call,
          std::vector<breach>* breaches) {
    for (const auto which : every_method) {
        if (!on.tries(which) || on.order().leaves_out(to_string(which), to_string(where))) continue;
        if (!needs_room(which)) on_call(play_one(on, which, where, variant, false, breaches));
        if (!is_without_room(which)) on_call(play_one(on, which, where, variant, true, breaches));
    }
}

survey play_everywhere(stage& on) {
    survey all;
    for (const auto where : worlds_in_memory)
        for (std::size_t variant = 0; variant < variants_of(where); ++variant)
            play(
                on, where, variant,
                [&](const call_result& each) {
                    all.calls.push_back({where, each});
                },
                &all.breaches);
    const auto& elsewhere = on.order().breaches_on_server;
    all.breaches.insert(all.breaches.end(), elsewhere.begin(), elsewhere.end());
    return all;
}

bool live_calmly(stage& on) {
    scripted_http calm(script_of(world::calm, 0, 0));
    bool sends = false;
    bool succeeds = false;
    for (const auto& each : live(on, calm, world::calm, false)) {
        sends = sends || !each.exchanges.empty();
        succeeds = succeeds || (each.has_succeeded() && !each.exchanges.empty() && !tells_failures(each.which));
    }
    return succeeds || !sends;
}

void live_badly(stage& on) {
    for (const auto where : {world::no_network, world::wrong_shape}) {
        scripted_http difficult(script_of(where, 0, 0));
        live(on, difficult, where, true);
    }
}

}  // namespace commhost::worker::validator
