#pragma once

#include "service/http_clock.hpp"
#include "service/http_limit.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace commhost::service {

/// How many were under way with a request, itself among them, on average while it was: at its origin, and in its room; 0 where it is of
/// none.
struct http_beside {
    double at_origin = 0;
    double in_room = 0;
};

/// What a request is counted for.
struct http_turn {
    bool tells_of_origin = false;
    bool tells_of_room = false;
    bool is_of_several = false;  ///< Its room had others to send.
};

/// The two limits of an origin: how many requests it takes at once, and how many of them in one room. One answer tells of one
/// change, so at most one of the two is tried at a time, and which one an answer counts for is decided here alone. Computes only.
/// One thread.
///
/// What is tried within rooms is tried while no free room waits to be let through, with more under way by as much. Then it comes first, until it is
/// found: a larger limit of the origin would not be used. An answer that tells nothing of such a trial (free rooms wait, or the rooms have
/// one request each) counts as one that has not used it up; so it ends, and the other limit learns again. What is taken within rooms is
/// taken for the origin as well, by as much as it was used, or less as it is used no more.
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

    /// Of a request that is sent now. is_of_several: it is of a room, which has others under way or to send.
    http_turn sent(bool is_of_several) const;

    /// under_way: with it, at its origin and in its room.
    void answered(std::uint64_t kind, std::chrono::microseconds latency, const http_turn& turn,
                  const http_beside& under_way, http_clock::time_point sent, http_clock::time_point now);

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
