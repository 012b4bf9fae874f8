#include "service/http_origin_limits.hpp"

#include <algorithm>

namespace commhost::service {

std::size_t http_origin_limits::for_busy_rooms() const {
    if (!in_room_.is_trying() || is_crowded_) return at_once_.now();
    return std::max(at_once_.now(), std::min(at_once_.settled() * in_room_.now() / in_room_.settled(), most_));
}

http_beside http_origin_limits::sent(std::size_t under_way, std::size_t in_room) const {
    return {in_room_.is_trying() ? 0 : under_way, is_crowded_ || at_once_.is_trying() ? 0 : in_room};
}

void http_origin_limits::answered(std::uint64_t kind, std::chrono::microseconds latency, const http_beside& beside,
                                  http_clock::time_point sent, std::size_t under_way, http_clock::time_point now) {
    if (beside.at_origin > 0) at_once_.answered({kind, latency, beside.at_origin, sent}, now, !in_room_.is_trying());
    if (beside.in_room == 0 && !in_room_.is_trying()) return;
    const auto before = in_room_.settled();
    in_room_.answered({kind, latency, beside.in_room, sent}, now, !at_once_.is_trying());
    // Where a larger one was tried the origin's grew with it, and is taken with it: else it would stand at the number of rooms.
    if (in_room_.settled() > before) at_once_.raise_to(under_way, now);
}

bool http_origin_limits::refused(http_clock::time_point sent, http_clock::time_point now) {
    const bool in_room = in_room_.refused(sent, now);
    return at_once_.refused(sent, now) || in_room;
}

}  // namespace commhost::service
