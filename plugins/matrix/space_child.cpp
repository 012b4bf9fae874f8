#include "space_child.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/json/array.hpp>

#include <sstream>

namespace communication_matrix {

using core_communication::log_level;
using core_communication::provider_error;

namespace {

constexpr std::string_view child_type = "m.space.child";
constexpr std::string_view parent_type = "m.space.parent";

/// In processor::value: the space's id, the room's, and "whole" once there is nothing left to do.
constexpr std::string_view entry_key = "space";

boost::json::array via(const configuration& site) { return {site.server_name}; }

/// Not "suggested": clients offer such rooms to whoever is in the space and not in the room, and nobody can come into ours by themselves.
boost::json::object child_of(const configuration& site) { return {{"via", via(site)}}; }

boost::json::object parent_of(const configuration& site) { return {{"via", via(site)}, {"canonical", true}}; }

}  // namespace

space_child::space_child(core_communication::processor& processor, client& server, const configuration& site,
                         remote_room& remote, space& of_site)
    : processor_(processor), server_(server), site_(site), remote_(remote), space_(of_site) {}

void space_child::plan(new_room& planned) {
    const auto id = space_.id();
    if (!id) return;
    planned.asked["initial_state"].as_array().push_back(
        {{"type", parent_type}, {"state_key", *id}, {"content", parent_of(site_)}});
    planned.made.parents.insert(*id);
}

bool space_child::follow() {
    auto* state = remote_.state();
    if (state == nullptr) return false;
    const auto room = remote_.required_id();
    const auto before = kept();
    const auto id = space_.id();
    if (space_.is_wanted() && !id) return false;
    const bool is_there = before && id && before->space == *id && before->room == room;
    if (before && !is_there) {
        const bool names_it = before->room != room || state->parents.contains(before->space);
        take_back(*before, names_it);
        if (before->room == room) state->parents.erase(before->space);
        processor_.erase_value(entry_key);
    }
    if (!id) {
        if (before) space_.forget();
        return false;
    }
    const bool needs_parent = !state->parents.contains(*id) && may_name_parent(*state);
    if (is_there && before->is_whole && !needs_parent) return false;
    // Before it is sent: whatever stops us then, it is taken back some day.
    if (!is_there || before->is_whole) keep({*id, room, false});
    try {
        server_.set_state(*id, child_type, room, child_of(site_));
    } catch (const provider_error& refused) {
        space_.give_up(refused);
        return false;
    }
    if (needs_parent) name_parent(*state, *id);
    return true;
}

void space_child::name_parent(room_state& state, const std::string& id) {
    const auto room = remote_.required_id();
    try {
        server_.set_state(room, parent_type, id, parent_of(site_));
        state.parents.insert(id);
        lacks_parent_ = false;
    } catch (const provider_error& refused) {
        if (is_of_whole_server(refused)) throw;
        lacks_parent_ = true;
        processor_.log().log(log_level::warning, "the room " + room + " is listed in the space " + id +
                                                     " and does not name it: " + refused.what());
    }
}

void space_child::settle() {
    auto one = kept();
    if (!one || lacks_parent_) return;
    one->is_whole = true;
    keep(*one);
}

bool space_child::reopen() {
    auto one = kept();
    if (!one || !one->is_whole) return false;
    one->is_whole = false;
    keep(*one);
    return true;
}

void space_child::leave() {
    const auto before = kept();
    if (!before) return;
    // A room whose adoption was taken back stays, with others.
    take_back(*before, remote_.adoption_left() == before->room);
    processor_.erase_value(entry_key);
}

std::optional<space_child::entry> space_child::kept() const {
    std::istringstream words(processor_.value(entry_key).value_or(""));
    entry one;
    std::string how;
    if (!(words >> one.space >> one.room)) return std::nullopt;
    one.is_whole = static_cast<bool>(words >> how);
    return one;
}

void space_child::keep(const entry& one) {
    processor_.set_value(entry_key, one.space + " " + one.room + (one.is_whole ? " whole" : ""));
}

bool space_child::may_name_parent(const room_state& state) {
    // In a room that was adopted others may have kept this to themselves. Clients show it in the space all the same.
    return state.levels.of(remote_.own_account()) >= state.levels.needed_to_set(parent_type);
}

void space_child::take_back(const entry& one, bool also_of_room) {
    withdraw(one.space, child_type, one.room);
    if (also_of_room) withdraw(one.room, parent_type, one.space);
}

void space_child::withdraw(const std::string& room, std::string_view type, const std::string& key) {
    try {
        // An entry without "via" is none.
        server_.set_state(room, type, key, {});
    } catch (const provider_error& refused) {
        if (is_of_whole_server(refused)) throw;
        // The room or the space is gone, or was taken from us: nothing is left to do there.
        processor_.log().log(log_level::info,
                             std::string(type) + " of " + key + " stays in the room " + room + ": " + refused.what());
    }
}

}  // namespace communication_matrix
