#include "room.hpp"

#include "archive.hpp"
#include "new_room.hpp"
#include "own_power.hpp"
#include "room_address.hpp"
#include "room_options.hpp"
#include "room_picture.hpp"
#include "room_upgrade.hpp"
#include "server_versions.hpp"

#include <core_communication/provider_error.hpp>

namespace communication_matrix {

using core_communication::failure;
using core_communication::log_level;
using core_communication::provider_error;

namespace {

constexpr std::string_view delete_id_key = "delete_id";

}  // namespace

room::room(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote,
           space_child& in_space)
    : processor_(processor), server_(server), site_(site), remote_(remote), in_space_(in_space) {}

bool room::create() {
    give_up_adoption();
    remote_.end_move();
    if (!remote_.id()) find_or_make();
    archive(processor_, server_, site_, remote_).open();
    bring_picture(processor_, server_, remote_, site_);
    return true;
}

void room::find_or_make() {
    // By an earlier call: this one has an answer before anything is found again.
    const bool may_be_under_way = remote_.may_be_creating();
    if (remote_.creation_begun() && find_again(may_be_under_way)) return;
    server_versions(processor_, server_, site_).require(features::client_api_v3);
    const auto own_account = remote_.own_account();
    auto planned = plan_room(processor_, site_, own_account);
    in_space_.plan(planned);
    remote_.begin_creation();
    // The second time where the alias led to a room that nobody can be in, and does no more.
    for (int tries = 0; tries < 2; ++tries) {
        if (const auto id = server_.create_room(planned.asked)) {
            remote_.remember(*id, std::move(planned.made));
            remote_.set_new();
            processor_.log().log(log_level::info, "created the room " + *id);
            return;
        }
        // Either we made it and were killed before its id was stored, or somebody else has the alias.
        if (find_again(may_be_under_way)) return;
    }
    throw provider_error(failure::conflict, "the server says that " + alias() + " is in use, and then that it is not");
}

bool room::update() {
    remote_.end_adoption();
    if (remote_.is_new()) return true;
    auto id = remote_.id();
    if (!id) return false;
    if (remote_.state() == nullptr && !server_.has_room(*id)) {
        remote_.forget();
        return false;
    }
    remote_.required_state();
    follow_upgrade(processor_, server_, remote_, site_);
    if (remote_.has_moved()) return false;
    id = remote_.id();
    auto* state = remote_.state();
    finish(*state);
    const auto& wanted = processor_.wanted_room();
    if (state->name != wanted.name) {
        server_.set_state(*id, "m.room.name", {{"name", wanted.name}});
        state->name = wanted.name;
    }
    if (state->topic != wanted.topic) {
        server_.set_state(*id, "m.room.topic", {{"topic", wanted.topic}});
        state->topic = wanted.topic;
    }
    bring_options(processor_, server_, remote_, site_, *state);
    bring_picture(processor_, server_, remote_, site_);
    return true;
}

bool room::remove() {
    give_up_adoption();
    if (const auto begun = processor_.value(delete_id_key)) {
        const auto [state, error] = server_.read_deletion(*begun);
        if (state == deletion::under_way) return false;
        processor_.erase_value(delete_id_key);
        if (state == deletion::failed)
            throw provider_error(failure::rejected, "the server could not delete the room: " + error);
        if (state == deletion::complete) {
            if (const auto id = to_delete()) forget(*id);
            if (!remote_.replaced_room()) return true;
        }
    }
    while (const auto id = to_delete()) {
        if (server_.has_room(*id)) {
            processor_.set_value(delete_id_key, server_.delete_room(*id));
            processor_.log().log(log_level::info, "began to delete the room " + *id);
            return false;
        }
        forget(*id);
    }
    // Nobody's room is purged because of its name: it must be one that we look after.
    const auto found = server_.room_of(alias());
    if (!found || !reason_not_ours(remote_.read(*found), remote_.own_account(), site_.levels).empty()) return true;
    processor_.set_value(delete_id_key, server_.delete_room(*found));
    processor_.log().log(log_level::info, "began to delete the room " + *found);
    return false;
}

std::optional<std::string> room::to_delete() const {
    if (auto id = remote_.id()) return id;
    return remote_.replaced_room();
}

void room::forget(const std::string& id) {
    if (remote_.id() == id)
        remote_.forget();
    else
        remote_.forget_replaced_room(id);
}

std::optional<std::string> room::url() const {
    const auto id = remote_.id();
    if (!id) return std::nullopt;
    // A room id is one segment of a fragment, where '!' and ':' may stand as they are (RFC 3986, section 3.5).
    // matrix.to needs a server to ask, because ids from room version 12 on name none (https://matrix.to, "Details").
    if (site_.web_client_url.empty())
        return "https://matrix.to/#/" + *id + "?via=" + core_communication::percent_encode(site_.server_name);
    return site_.web_client_url + "/#/room/" + *id;
}

void room::give_up_adoption() {
    const auto theirs = remote_.adoption_left();
    if (!theirs) return;
    // In this order: as long as anything makes the room look like ours, it is on record that it is not.
    if (server_.room_of(alias()) == theirs) server_.remove_alias(alias(), *theirs);
    if (remote_.id() == theirs) remote_.forget();
    remote_.end_adoption();
    processor_.log().log(log_level::warning, "the adoption of the room " + *theirs +
                                                 " was begun and taken back: the room stays, with our account in it");
}

std::string room::alias() const { return alias_of(processor_.room_key(), site_.server_name); }

bool room::gave_up_stillborn(const std::string& id, bool may_be_under_way) {
    const auto answer = server_.read_state_as_admin(id);
    if (answer && !is_stillborn(*answer, remote_.own_account())) return false;
    if (answer && may_be_under_way)
        throw provider_error(failure::unavailable,
                             "the server may still be making the room " + id + ", and is given five minutes for it");
    server_.remove_alias(alias(), id);
    processor_.log().log(log_level::warning,
                         "the room " + id + " was never finished, and nobody can come into it; another one is made");
    return true;
}

void room::finish(room_state& state) {
    const auto own_account = remote_.own_account();
    if (state.has_levels || state.creator != own_account) return;
    const auto room = remote_.required_id();
    // Synapse's forced join invites people only where the room has this event (rest/admin/rooms.py, JoinRoomAliasServlet).
    server_.set_state(room, "m.room.join_rules", {{"join_rule", "invite"}});
    // Last, because by its absence the next task would see that the room is not finished.
    auto levels = levels_afterwards(processor_, site_, own_account, state.version);
    server_.set_levels(room, levels);
    state.levels = power_levels(std::move(levels), state.levels.creators());
    state.has_levels = true;
    processor_.log().log(log_level::warning, "the room " + room + " was never finished, and has its power levels now");
}

bool room::find_again(bool may_be_under_way) {
    const auto found = server_.room_of(alias());
    if (!found) return false;
    auto state = remote_.read(*found);
    if (!state && gave_up_stillborn(*found, may_be_under_way)) return false;
    if (const auto why = reason_not_ours(state, remote_.own_account(), site_.levels); !state || !why.empty())
        throw provider_error(failure::conflict, "the alias " + alias() + " leads to the room " + *found +
                                                    ", which is not ours: " + why +
                                                    "; give it power level 100 there, or remove the alias");
    archive(processor_, server_, site_, remote_).take_note_of(*state);
    remote_.remember(*found, std::move(*state));
    processor_.log().log(log_level::info, "found the room " + *found + " again by its alias");
    return true;
}

}  // namespace communication_matrix
