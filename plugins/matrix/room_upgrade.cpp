#include "room_upgrade.hpp"

#include "account_rule.hpp"
#include "room_address.hpp"
#include "taking_over.hpp"

#include <core_communication/provider_error.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace communication_matrix {

using core_communication::failure;
using core_communication::log_level;
using core_communication::provider_error;

namespace {

/// More upgrades than there are versions of rooms.
constexpr std::size_t longest_chain = 20;

[[noreturn]] void cannot_follow(const std::string& room, const std::string& why) {
    throw provider_error(failure::conflict,
                         "the room " + room + " was closed for good, " + why + "; nobody is moved or taken out");
}

/// The state of the room next, which old names as the one in its place.
room_state successor_of(client& server, const configuration& site, const std::string& old, const std::string& next) {
    const auto answer = server.read_state_as_admin(next);
    if (!answer) cannot_follow(old, "and goes on as " + next + ", which this server does not have");
    auto found = parse_room_state(*answer);
    if (!is_local(found.creator, site))
        cannot_follow(old, "and goes on as " + next + ", which was made on " + server_of(found.creator));
    // Whoever may close a room shall not hand us another one with it.
    if (found.predecessor != old)
        cannot_follow(old, "and names " + next + ", which does not say that it goes on for it");
    if (!found.type.empty())
        cannot_follow(old, "and goes on as " + next + ", which is no room for people but of the type " + found.type);
    return found;
}

/// Leads the alias to the room.
void move_alias(core_communication::processor& processor, client& server, const std::string& alias,
                const std::string& room) {
    const auto leads_to = server.room_of(alias);
    if (leads_to == room) return;  // The server has moved it with the room.
    if (leads_to) server.remove_alias(alias, *leads_to);
    server.add_alias(alias, room);
    processor.log().log(log_level::info, "the alias " + alias + " leads to the room " + room + " now");
}

}  // namespace

void follow_upgrade(core_communication::processor& processor, client& server, remote_room& remote,
                    const configuration& site) {
    const auto* old = remote.state();
    if (old == nullptr || !old->replacement) return;
    std::vector<std::string> replaced{remote.required_id()};
    auto next = *old->replacement;
    room_state found;
    for (;;) {
        if (next.empty()) cannot_follow(replaced.back(), "and names no room that goes on in its place");
        if (std::find(replaced.begin(), replaced.end(), next) != replaced.end())
            cannot_follow(replaced.back(), "and those in its place lead in a circle");
        if (replaced.size() > longest_chain) cannot_follow(replaced.front(), "and too many in its place were as well");
        found = successor_of(server, site, replaced.back(), next);
        if (!found.replacement) break;
        replaced.push_back(std::exchange(next, *found.replacement));
    }
    const auto alias = alias_of(processor.room_key(), site.server_name);
    for (const auto& other : server.aliases_of(next))
        if (other != alias && is_alias_of_instance(other))
            cannot_follow(replaced.back(),
                          "and goes on as " + next + ", which is that of another instance: it has the alias " + other);
    auto taken = take_over(server, remote, site, next, found);
    move_alias(processor, server, alias, next);
    // Last: killed before it, the next task comes this way again.
    remote.move_on(next, std::move(taken), replaced);
    processor.log().log(log_level::info, "the room " + replaced.front() + " was upgraded, and goes on as " + next);
}

}  // namespace communication_matrix
