#include "service/http_origin_limits.hpp"

#include <algorithm>
#include <cmath>

namespace commhost::service {

std::size_t http_origin_limits::for_busy_rooms() const {
    if (!in_room_.is_trying() || is_crowded_) return at_once_.now();
    return std::max(at_once_.now(), std::min(at_once_.settled() * in_room_.now() / in_room_.settled(), most_));
}

http_turn http_origin_limits::sent(bool is_of_several) const {
    return {!in_room_.is_trying(), is_of_several && !is_crowded_ && !at_once_.is_trying(), is_of_several};
}

void http_origin_limits::answered(std::uint64_t kind, std::chrono::microseconds latency, const http_turn& turn,
                                  const http_beside& under_way, http_clock::time_point sent,
                                  http_clock::time_point now) {
    // A larger one would not be used while a free room waits no more: what the rooms have is then learnt first.
    const bool is_turn_of_rooms = !is_crowded_ && turn.is_of_several && !in_room_.is_found();
    if (turn.tells_of_origin)
        at_once_.answered({kind, latency, under_way.at_origin, sent}, now, !in_room_.is_trying() && !is_turn_of_rooms);
    if (!turn.tells_of_room && !in_room_.is_trying()) return;
    const auto before = in_room_.settled();
    in_room_.answered({kind, latency, turn.tells_of_room ? under_way.in_room : 0, sent}, now, !at_once_.is_trying());
    // Where a larger one was tried the origin's grew with it, and is taken with it: else it would stand at the number of rooms. With a smaller
    // one it would no more be used up, and so not be learnt anew.
    const auto used = static_cast<std::size_t>(std::lround(under_way.at_origin));
    if (in_room_.settled() > before)
        at_once_.raise_to(used, now);
    else if (in_room_.settled() < before)
        at_once_.lower_to(std::max(used, at_once_.settled() * in_room_.settled() / before), now);
}

bool http_origin_limits::refused(http_clock::time_point sent, http_clock::time_point now) {
    const bool in_room = in_room_.refused(sent, now);
    return at_once_.refused(sent, now) || in_room;
}

}  // namespace commhost::service
