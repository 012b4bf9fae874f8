#pragma once

#include <cstddef>

namespace commhost::worker {

/// How many rooms a worker does at the same time at least, unless it may not: their threads wait for answers nearly all the time, and
/// for more than their server's. With as many rooms as requests that a server starts with (8) it would be idle whenever one of
/// them is at the database.
constexpr int fewest_rooms = 16;

/// How many rooms a worker does at the same time. Each room sends little side by side, so a server that was found to take
/// many requests at once (service::http_engine::takes_at_once) is only busy with as many rooms; and with twice as many, so that
/// some can be at something else, and that more can be tried. With a server that takes few, more rooms would only wait
/// for each other, each for longer. most: host_settings::rooms_at_once.
int room_places(int most, std::size_t taken_at_once);

}  // namespace commhost::worker
