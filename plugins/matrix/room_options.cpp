#include "room_options.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace communication_matrix {

namespace {

constexpr std::string_view as_for_site = "site";
constexpr std::string_view history_type = "m.room.history_visibility";
constexpr std::string_view encryption_type = "m.room.encryption";

}  // namespace

room_options options_of(const configuration& site, const core_communication::settings& room) {
    room_options options{site.history_visibility, site.encryption, false, false};
    if (auto history = room.text("history_visibility"); history != as_for_site) {
        options.history_visibility = std::move(history);
        options.history_is_the_rooms = true;
    }
    if (const auto encryption = room.text("encryption"); encryption != as_for_site) {
        options.encrypted = encryption == "on";
        options.encryption_is_the_rooms = true;
    }
    return options;
}

boost::json::object encryption_event() { return {{"algorithm", "m.megolm.v1.aes-sha2"}}; }

void bring_options(core_communication::processor& processor, client& server, remote_room& remote,
                   const configuration& site, room_state& state) {
    const auto options = options_of(site, processor.room_settings());
    const auto own_account = remote.own_account();
    const bool is_made_by_us = state.creator == own_account;
    const auto set = [&](std::string_view type, const boost::json::object& content) {
        const auto room = remote.required_id();
        const auto needed = state.levels.needed_to_set(type);
        if (state.levels.of(own_account) < needed) {
            processor.log().log(core_communication::log_level::warning,
                                own_account + " needs power level " + std::to_string(needed) + " in the room " + room +
                                    " to set " + std::string(type) + "; it stays as it is");
            return false;
        }
        server.set_state(room, type, content);
        return true;
    };
    if ((is_made_by_us || options.history_is_the_rooms) && state.history_visibility != options.history_visibility &&
        set(history_type, {{"history_visibility", options.history_visibility}}))
        state.history_visibility = options.history_visibility;
    if ((is_made_by_us || options.encryption_is_the_rooms) && options.encrypted && !state.encrypted &&
        set(encryption_type, encryption_event()))
        state.encrypted = true;
}

}  // namespace communication_matrix
