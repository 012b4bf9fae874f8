#pragma once

#include <cstdint>

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

struct policy {
    unlisted_policy unlisted = unlisted_policy::remove;
    left_policy left = left_policy::add_again;
};

}  // namespace commhost::communication
