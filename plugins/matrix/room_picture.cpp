#include "room_picture.hpp"

#include "batch.hpp"
#include "picture_upload.hpp"

#include <core_communication/provider_error.hpp>

#include <string>

namespace communication_matrix {

using core_communication::failure;
using core_communication::log_level;
using core_communication::provider_error;

void bring_picture(core_communication::processor& processor, client& server, remote_room& remote,
                   const configuration& site) {
    const auto& wanted = processor.wanted_room().avatar_digest;
    if (remote.avatar_digest() == wanted || remote.is_avatar_refused(wanted)) return;
    // A room without its picture is better than none. It is not sent with each task, to be refused each time.
    const auto go_without = [&](const provider_error& why) {
        remote.remember_refused_avatar(wanted);
        processor.log().log(log_level::warning, std::string("the room goes without its picture: ") + why.what());
    };
    try {
        boost::json::object content;  // an m.room.avatar without url takes the picture away
        if (!wanted.empty()) {
            const auto picture = processor.avatar();
            if (!picture) throw provider_error(failure::invalid, "the host has no picture of that digest");
            content["url"] = put_on_server(processor, server, site, *picture);
            content["info"] = {{"mimetype", picture->media_type}, {"size", picture->bytes.size()}};
        }
        server.set_state(remote.required_id(), "m.room.avatar", content);
        remote.remember_avatar(wanted);
    } catch (const uploads_used_up& for_now) {
        go_without(for_now);
    } catch (const provider_error& refused) {
        if (concerns_all(refused)) throw;
        go_without(refused);
    }
}

}  // namespace communication_matrix
