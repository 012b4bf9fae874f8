#pragma once

#include "service/http_clock.hpp"
#include "service/http_limit.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace commhost::service {

/// How many were under way when a request was sent, itself among them: of its origin and in its room. 0 where that limit has
/// nothing to learn from it.
struct http_beside {
    std::size_t at_origin = 0;
    std::size_t in_room = 0;
};

/// The two limits of an origin: how many requests it takes at once, and how many of them in one room. One answer tells of one
/// change, so at most one of the two is tried at a time, and which one an answer counts for is decided here alone. Computes only.
/// One thread.
///
/// What is tried within rooms is tried while no free room waits to be let through, with more under way by as much. An answer
/// that tells nothing of such a trial (free rooms wait, or the rooms have one request each) counts as one that has not used it
/// up; so it is given up in the end, however long that lasts, and the other limit learns again.
class http_origin_limits {
  public:
    http_origin_limits(const http_limit_rule& at_once, const http_limit_rule& in_room)
        : at_once_(at_once), in_room_(in_room), most_(at_once.most) {}

    /// With so many under way no request of a free room, or of none, may go; and none of a room in which others are.
    std::size_t for_free_rooms() const { return at_once_.now(); }
    std::size_t for_busy_rooms() const;

    /// So many may be under way in a room.
    std::size_t for_one_room() const { return in_room_.now(); }

    /// Whether, at the last look at all that waits, a request of a free room or of none waited for the limit alone.
    void looked(bool is_crowded) { is_crowded_ = is_crowded; }

    /// What a request is counted for that is sent now. in_room: 0 where it is of none, or its room has no other one to send.
    http_beside sent(std::size_t under_way, std::size_t in_room) const;

    /// under_way: now, of the origin.
    void answered(std::uint64_t kind, std::chrono::microseconds latency, const http_beside& beside,
                  http_clock::time_point sent, std::size_t under_way, http_clock::time_point now);

    /// Returns whether a limit has shrunk.
    bool refused(http_clock::time_point sent, http_clock::time_point now);

    const http_limit& at_once() const { return at_once_; }
    const http_limit& in_room() const { return in_room_; }

  private:
    http_limit at_once_;
    http_limit in_room_;
    std::size_t most_;
    bool is_crowded_ = false;
};

}  // namespace commhost::service
