#include "service/http_limits.hpp"

namespace commhost::service {

http_schedule::limits limits_for(const http_settings& settings) {
    http_limit_rule per_origin;
    per_origin.most = settings.requests_per_origin;

    // More in a room has to bring three tenths, and not one: where it brings less it takes from other rooms, and a Synapse then
    // has a room's history part and meet again for each of them. Fewer answers decide, since most rooms have few members.
    http_limit_rule per_room;
    per_room.start = 1;
    per_room.most = settings.requests_per_room;
    per_room.samples = 24;
    per_room.worth = 0.3;
    per_room.longest_rest = 64;
    return {settings.requests_per_batch, per_origin, per_room, settings.patience};
}

}  // namespace commhost::service
