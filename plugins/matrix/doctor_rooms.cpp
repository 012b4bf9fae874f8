#include "answer.hpp"
#include "bounded_json.hpp"
#include "doctor.hpp"
#include "own_power.hpp"
#include "power_levels.hpp"
#include "room_state.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <set>

namespace communication_matrix {

using core_communication::diagnosis_outcome;
using core_communication::percent_encode;

namespace {

/// So many rooms are looked at, each by two requests, spread over all that our account is in.
constexpr std::size_t most_rooms = 10;

/// In bytes: what a picture of a room may have (core_communication::picture).
constexpr std::int64_t wanted_upload = 1 << 20;

std::set<std::string, std::less<>> creators_of(const boost::json::object& created) {
    const auto* content = created.if_contains("content");
    if (content == nullptr || !content->is_object() ||
        !creators_have_all_power(text_in(content->get_object(), "room_version")))
        return {};
    std::set<std::string, std::less<>> creators{text_in(created, "sender")};
    if (const auto* more = content->get_object().if_contains("additional_creators");
        more != nullptr && more->is_array())
        for (const auto& each : more->get_array())
            if (each.is_string()) creators.emplace(each.get_string());
    return creators;
}

}  // namespace

diagnosis_outcome doctor::examine_encryption(values& with) const {
    // Synapse says there for each preset of a new room whether it adds encryption by itself
    // (encryption_enabled_by_default_for_room_type); ours is private_chat.
    const boost::json::value answer = object_in(versions_);
    boost::json::error_code none;
    const auto* forced = answer.find_pointer("/unstable_features/io.element.e2ee_forced.private", none);
    with = {};
    if (forced == nullptr || !forced->is_bool()) return diagnosis_outcome::skipped;
    return forced->get_bool() && !site_.encryption ? diagnosis_outcome::warning : diagnosis_outcome::passed;
}

diagnosis_outcome doctor::examine_media(values& with) {
    // Matrix 1.11 moved it.
    auto answer = server_.get("/_matrix/client/v1/media/config");
    if (is_not_offered(answer)) answer = server_.get("/_matrix/media/v3/config");
    const auto config = object_or_throw(answer, "say how large a picture may be");
    const auto* size = config.if_contains("m.upload.size");
    // "If absent, the upload limit is not known."
    if (size == nullptr || !size->is_int64()) return diagnosis_outcome::skipped;
    with = {{"kib", std::to_string(size->get_int64() / 1024)}};
    return size->get_int64() >= wanted_upload ? diagnosis_outcome::passed : diagnosis_outcome::warning;
}

doctor::seen_room doctor::look_at_room(const std::string& room) {
    const auto created = object_or_throw(
        server_.get("/_matrix/client/v3/rooms/" + percent_encode(room) + "/state/m.room.create?format=event"),
        "tell how the room " + room + " was made");
    const power_levels levels(server_.read_state_event(room, "m.room.power_levels").value_or(boost::json::object()),
                              creators_of(created));
    seen_room seen{room, levels.of(own_account_), needed_level(levels, site_.levels), true};
    boost::json::error_code none;
    const boost::json::value event = created;
    if (const auto* federate = event.find_pointer("/content/m.federate", none);
        federate != nullptr && federate->is_bool())
        seen.is_federated = federate->get_bool();
    return seen;
}

diagnosis_outcome doctor::examine_room_power(values& with) {
    const auto answer = object_or_throw(server_.get_list("/_matrix/client/v3/joined_rooms"), "tell our rooms");
    const auto* list = answer.if_contains("joined_rooms");
    std::vector<std::string> all;
    if (list != nullptr && list->is_array())
        for (const auto& each : list->get_array())
            if (each.is_string()) all.emplace_back(each.get_string());
    if (all.empty()) return diagnosis_outcome::skipped;
    std::sort(all.begin(), all.end());
    const auto seen = std::min(all.size(), most_rooms);
    std::string weak;
    for (std::size_t index = 0; index < seen; ++index) {
        rooms_.push_back(look_at_room(all[index * all.size() / seen]));
        const auto& room = rooms_.back();
        if (room.level < room.needed)
            weak += (weak.empty() ? "" : ", ") + room.id + " (" + std::to_string(room.level) + "/" +
                    std::to_string(room.needed) + ")";
    }
    with = {{"account", own_account_},
            {"seen", std::to_string(seen)},
            {"all", std::to_string(all.size())},
            {"rooms", weak}};
    return weak.empty() ? diagnosis_outcome::passed : diagnosis_outcome::warning;
}

diagnosis_outcome doctor::examine_federation(values& with) const {
    if (rooms_.empty()) return diagnosis_outcome::skipped;
    const auto closed =
        std::count_if(rooms_.begin(), rooms_.end(), [](const auto& each) { return !each.is_federated; });
    with = {{"seen", std::to_string(rooms_.size())}, {"closed", std::to_string(closed)}};
    return diagnosis_outcome::passed;
}

}  // namespace communication_matrix
