#include "space.hpp"

#include "answer.hpp"
#include "bounded_json.hpp"
#include "stored_time.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::log_level;
using core_communication::percent_encode;
using core_communication::provider_error;

namespace {

// What is kept in processor::site_value.
constexpr std::string_view space_key = "space";
constexpr std::string_view unfinished_key = "space_unfinished";  // when a room was first seen so, and its id

/// As long as for a room.
constexpr std::chrono::minutes longest_making{5};

/// And about as long as it takes.
constexpr std::chrono::milliseconds asked_again_after{1000};

constexpr int all_power = 100;

std::string local_alias(std::string_view own_account) {
    const auto name = own_account.substr(own_account.starts_with('@') ? 1 : 0);
    return "commhost-space-" + std::string(name.substr(0, name.find(':')));
}

boost::json::object state_event(std::string_view type, boost::json::object content) {
    return {{"type", type}, {"state_key", ""}, {"content", std::move(content)}};
}

}  // namespace

bool is_of_whole_server(const provider_error& error) {
    return error.kind() == failure::unavailable || error.kind() == failure::rate_limited;
}

std::string alias_of_space(std::string_view own_account, std::string_view server_name) {
    return "#" + local_alias(own_account) + ":" + std::string(server_name);
}

boost::json::object plan_space(const configuration& site, const std::string& own_account) {
    const bool has_second = !site.second_account.empty() && site.second_account != own_account;
    boost::json::object creation{{"type", "m.space"}};
    if (!site.federation) creation["m.federate"] = false;
    boost::json::object users;
    if (!creators_have_all_power(site.room_version)) {
        users[own_account] = all_power;
        if (has_second) users[site.second_account] = all_power;
    } else if (has_second) {
        creation["additional_creators"] = boost::json::array{site.second_account};
    }
    boost::json::object asked{
        {"visibility", "private"},
        {"preset", site.federation ? "private_chat" : "public_chat"},
        {"name", site.space},
        {"room_alias_name", local_alias(own_account)},
        {"room_version", site.room_version},
        {"creation_content", std::move(creation)},
        // Without "events" those that Synapse names would keep levels of their own.
        {"power_level_content_override",
         {{"users", std::move(users)},
          {"users_default", 0},
          {"events", boost::json::object()},
          {"events_default", all_power},
          {"state_default", all_power},
          {"invite", all_power},
          {"kick", all_power},
          {"ban", all_power},
          {"redact", all_power}}},
        // Who came and went before is nobody's to read.
        {"initial_state",
         {state_event("m.room.history_visibility", {{"history_visibility", "joined"}}),
          state_event("m.room.guest_access", {{"guest_access", "forbidden"}})}},
    };
    if (has_second) asked["invite"] = boost::json::array{site.second_account};
    return asked;
}

std::string reason_not_the_space(const std::optional<room_state>& state, const std::string& own_account) {
    if (!state) return own_account + " is not in it";
    if (state->type != "m.space") return "it is no space";
    if (state->replacement) return "it was closed for good";
    const auto& levels = state->levels;
    const auto needed = std::max(
        {levels.needed_to("invite"), levels.needed_to_set("m.space.child"), levels.needed_to_set("m.room.name")});
    if (levels.of(own_account) >= needed) return "";
    return own_account + " has power level " + std::to_string(levels.of(own_account)) + " there and needs " +
           std::to_string(needed);
}

space::space(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote) {}

known_space& space::known() {
    if (!known_) known_ = known_space::of(site_.homeserver_url + "\n" + remote_.own_account() + "\n" + site_.space);
    return *known_;
}

std::optional<std::string> space::id() {
    if (!is_wanted()) return std::nullopt;
    try {
        return known().id(processor_.cancellation(), [this] { return find_or_make(); });
    } catch (const provider_error& refused) {
        give_up(refused);
        return std::nullopt;
    }
}

void space::give_up(const provider_error& error) {
    if (is_of_whole_server(error)) throw provider_error(error);
    known().refuse();
    processor_.log().log(log_level::warning,
                         std::string("rooms are not listed in the space of the site: ") + error.what());
}

void space::forget() { processor_.erase_site_value(space_key); }

std::string space::find_or_make() {
    if (auto id = on_record()) return *std::move(id);
    const auto own_account = remote_.own_account();
    const auto alias = alias_of_space(own_account, site_.server_name);
    const auto remember = [&](const std::string& id) {
        processor_.set_site_value(space_key, id);
        return id;
    };
    // The second time where the alias led to a room that was never finished, and does no more.
    for (int tries = 0; tries < 2; ++tries) {
        if (const auto made = make()) {
            processor_.log().log(log_level::info, "created the space " + *made);
            return remember(*made);
        }
        const auto found = server_.room_of(alias);
        if (!found) continue;
        auto state = remote_.read(*found);
        bool still_made = is_unfinished(*found, state);
        if (!state && !still_made) {  // our account may have come in between the two answers
            state = remote_.read(*found);
            still_made = state && is_unfinished(*found, state);
        }
        if (still_made) {
            if (!has_been_unfinished(*found))
                throw provider_error(asked_again_after, "the space " + *found + " is being made by another process");
            server_.remove_alias(alias, *found);
            processor_.erase_site_value(unfinished_key);
            processor_.log().log(log_level::warning,
                                 "the space " + *found + " was never finished; another one is made");
            continue;
        }
        if (const auto why = reason_not_the_space(state, own_account); !why.empty())
            throw provider_error(failure::conflict, "the alias " + alias + " leads to the room " + *found +
                                                        ", which is not to be the space: " + why);
        bring_name(*found, state->name);
        return remember(*found);
    }
    throw provider_error(failure::conflict, "the server says that " + alias + " is in use, and then that it is not");
}

std::optional<std::string> space::on_record() {
    auto id = processor_.site_value(space_key);
    if (!id) return std::nullopt;
    // To somebody who has left Synapse gives the state as it was then, and so all but this as if nothing had happened.
    const auto answer = server_.get("/_matrix/client/v3/rooms/" + percent_encode(*id) + "/state/m.room.member/" +
                                        percent_encode(remote_.own_account()),
                                    *id);
    // Synapse's answer for a room that it does not have, and for one that we never were in.
    const bool is_out = is_not_found(answer) || (answer.status == 403 && errcode_of(answer) == "M_FORBIDDEN");
    if (!is_out && !succeeded(answer)) throw failure_of(answer, "tell whether we are in the space");
    if (is_out || text_in(object_in(answer), "membership") != "join") {
        processor_.erase_site_value(space_key);
        processor_.log().log(log_level::warning, "the space " + *id + " is gone, or our account is not in it any more");
        return std::nullopt;
    }
    const auto name = server_.read_state_event(*id, "m.room.name");
    bring_name(*id, name ? text_in(*name, "name") : std::string());
    return id;
}

std::optional<std::string> space::make() {
    try {
        return server_.create_room(plan_space(site_, remote_.own_account()));
    } catch (const provider_error& refused) {
        // Of two that are made at the same moment Synapse tells one only when it gives it the alias (handlers/directory.py,
        // _create_association): 409.
        if (refused.kind() == failure::conflict) return std::nullopt;
        throw;
    }
}

bool space::is_unfinished(const std::string& id, const std::optional<room_state>& state) {
    const auto own_account = remote_.own_account();
    if (state) return state->creator == own_account && !state->has_levels;
    const auto answer = server_.read_state_as_admin(id);
    return !answer || is_stillborn(*answer, own_account);
}

bool space::has_been_unfinished(const std::string& id) {
    const auto kept = processor_.site_value(unfinished_key).value_or("");
    if (kept.ends_with(" " + id)) return !is_within(kept, longest_making);
    processor_.set_site_value(unfinished_key, time_to_store() + " " + id);
    return false;
}

void space::bring_name(const std::string& id, std::string_view name) {
    if (name != site_.space) server_.set_state(id, "m.room.name", {{"name", site_.space}});
}

}  // namespace communication_matrix
