#include "communication_feature.hpp"

namespace communication_customlink {

bool communication_feature::create_chat_room() {
    if (generate_room_url()) return true;
    throw core_communication::provider_error(core_communication::failure::invalid,
                                             "the room setting 'url' is empty; it is to hold the address of the room");
}

bool communication_feature::update_chat_room() { return create_chat_room(); }

// The room behind the link is not ours to remove; the link goes with the host's row.
bool communication_feature::delete_chat_room() { return true; }

std::optional<std::string> communication_feature::generate_room_url() {
    auto url = room_->room_settings().text("url");
    if (url.empty()) return std::nullopt;
    return url;
}

}  // namespace communication_customlink
