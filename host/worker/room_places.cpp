#include "worker/room_places.hpp"

#include <algorithm>

namespace commhost::worker {

int room_places(int most, std::size_t taken_at_once) {
    const auto wanted = std::min(2 * taken_at_once, static_cast<std::size_t>(most));
    return std::max(static_cast<int>(wanted), std::min(fewest_rooms, most));
}

}  // namespace commhost::worker
