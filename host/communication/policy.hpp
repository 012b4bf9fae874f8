#pragma once

#include "store/clock.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace commhost::communication {

/// What becomes of somebody who is in the room on the server but whom the roster does not want there.
enum class unlisted_policy : std::uint8_t {
    remove,  ///< Taken out: the room equals the roster.
    keep,    ///< Left alone.
};

/// What becomes of somebody who was put into the room and is not there any more, though the roster wants them. Who was
/// banned is left out under either, and shown with that reason.
enum class left_policy : std::uint8_t {
    add_again,
    respect,  ///< Whoever left stays out.
};

/// A time in which nobody is taken out of rooms, such as the weeks around the end of a term.
struct pause {
    store::milliseconds_utc from = 0;
    store::milliseconds_utc until = 0;  ///< Not at this moment any more.
};

struct policy {
    unlisted_policy unlisted = unlisted_policy::remove;
    left_policy left = left_policy::add_again;
    std::vector<pause> pauses{};
};

/// Whether removals may be made at that time: empty when they may, else the moment from which on they may again, at the end
/// of the last of the pauses that follow one another.
std::optional<store::milliseconds_utc> removals_paused_until(const policy& rules, store::milliseconds_utc at);

}  // namespace commhost::communication
