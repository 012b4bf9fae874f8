#include "room.hpp"

#include "batch.hpp"
#include "own_power.hpp"
#include "room_address.hpp"
#include "wanted_roles.hpp"

#include <core_communication/provider_error.hpp>

namespace communication_matrix {

using core_communication::failure;
using core_communication::log_level;
using core_communication::provider_error;

namespace {

constexpr std::string_view delete_id_key = "delete_id";

}  // namespace

room::room(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote) {}

bool room::create() {
    give_up_adoption();
    if (!remote_.id()) find_or_make();
    bring_avatar();
    return true;
}

void room::find_or_make() {
    if (remote_.creation_begun() && find_again()) return;
    const auto own_account = remote_.own_account();
    room_state made;
    const auto asked = new_room(own_account, made);
    remote_.begin_creation();
    if (const auto id = server_.create_room(asked)) {
        remote_.remember(*id, std::move(made));
        remote_.set_new();
        processor_.log().log(log_level::info, "created the room " + *id);
        return;
    }
    // Either we made it and were killed before its id was stored, or somebody else has the alias.
    if (!find_again())
        throw provider_error(failure::conflict,
                             "the server says that " + alias() + " is in use, and then that it is not");
}

bool room::update() {
    remote_.end_adoption();
    if (remote_.is_new()) return true;
    const auto id = remote_.id();
    if (!id) return false;
    auto* state = remote_.state();
    if (state == nullptr) {
        if (!server_.has_room(*id)) {
            remote_.forget();
            return false;
        }
        throw provider_error(failure::unauthorised,
                             remote_.own_account() + " is no longer in the room " + *id +
                                 "; invite it there again and give it power level 100, or delete "
                                 "the room on the server");
    }
    const auto& wanted = processor_.wanted_room();
    if (state->name != wanted.name) {
        server_.set_state(*id, "m.room.name", {{"name", wanted.name}});
        state->name = wanted.name;
    }
    if (state->topic != wanted.topic) {
        server_.set_state(*id, "m.room.topic", {{"topic", wanted.topic}});
        state->topic = wanted.topic;
    }
    bring_avatar();
    return true;
}

void room::bring_avatar() {
    const auto& wanted = processor_.wanted_room().avatar_digest;
    if (remote_.avatar_digest() == wanted) return;
    try {
        boost::json::object content;  // an m.room.avatar without url takes the picture away
        if (!wanted.empty()) {
            const auto picture = processor_.avatar();
            if (!picture) throw provider_error(failure::invalid, "the host has no picture of that digest");
            content["url"] = server_.upload(picture->bytes, picture->media_type);
            content["info"] = {{"mimetype", picture->media_type}, {"size", picture->bytes.size()}};
        }
        server_.set_state(remote_.required_id(), "m.room.avatar", content);
        remote_.remember_avatar(wanted);
    } catch (const provider_error& refused) {
        // A room without its picture is better than none: the next task tries again.
        if (concerns_all(refused)) throw;
        processor_.log().log(log_level::warning, std::string("the room goes without its picture: ") + refused.what());
    }
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
            remote_.forget();
            return true;
        }
    }
    auto id = remote_.id();
    if (!id) {
        id = server_.room_of(alias());
        // Nobody's room is purged because of its name: it must be one that we look after.
        if (!id || !reason_not_ours(remote_.read(*id), remote_.own_account(), site_.levels).empty()) return true;
    }
    if (!server_.has_room(*id)) {
        remote_.forget();
        return true;
    }
    processor_.set_value(delete_id_key, server_.delete_room(*id));
    processor_.log().log(log_level::info, "began to delete the room " + *id);
    return false;
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
    if (server_.room_of(alias()) == theirs) server_.remove_alias(alias());
    if (remote_.id() == theirs) remote_.forget();
    remote_.end_adoption();
    processor_.log().log(log_level::warning, "the adoption of the room " + *theirs +
                                                 " was begun and taken back: the room stays, with our account in it");
}

std::string room::alias() const { return alias_of(processor_.room_key(), site_.server_name); }

bool room::find_again() {
    const auto found = server_.room_of(alias());
    if (!found) return false;
    auto state = remote_.read(*found);
    if (const auto why = reason_not_ours(state, remote_.own_account(), site_.levels); !state || !why.empty())
        throw provider_error(failure::conflict, "the alias " + alias() + " leads to the room " + *found +
                                                    ", which is not ours: " + why +
                                                    "; give it power level 100 there, or remove the alias");
    remote_.remember(*found, std::move(*state));
    processor_.log().log(log_level::info, "found the room " + *found + " again by its alias");
    return true;
}

boost::json::object room::new_room(const std::string& own_account, room_state& made) const {
    const auto& wanted = processor_.wanted_room();
    boost::json::object users;
    const bool creator_is_listed = !creators_have_all_power(site_.room_version);
    if (creator_is_listed) users[own_account] = 100;
    for (const auto& [account, role] : wanted_roles(processor_))
        if (account != own_account) users[account] = level_of(role, site_.levels);

    made.name = wanted.name;
    made.topic = wanted.topic;
    made.version = site_.room_version;
    made.members[own_account] = membership::join;
    made.levels = power_levels({{"users", users}}, creator_is_listed ? std::set<std::string, std::less<>>()
                                                                     : std::set<std::string, std::less<>>{own_account});

    boost::json::object asked{
        {"visibility", "private"},
        {"preset", "private_chat"},
        {"name", wanted.name},
        {"room_alias_name", local_alias_of(processor_.room_key())},
        {"room_version", site_.room_version},
        // The preset would let every member invite whom they like; who is in this room is the roster's to say.
        {"power_level_content_override", {{"users", users}, {"invite", site_.levels.moderator}}},
    };
    if (!wanted.topic.empty()) asked["topic"] = wanted.topic;
    return asked;
}

}  // namespace communication_matrix
