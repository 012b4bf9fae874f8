#pragma once

#include "service/http_clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace commhost::service {

enum class http_batch_id : std::uint64_t {};
enum class http_origin_id : std::uint64_t {};
enum class http_lane_id : std::uint64_t {};
enum class http_room_id : std::uint64_t {};  ///< A room of one origin.

/// One request that is to be sent, as the schedule sees it.
struct http_job {
    http_batch_id batch{};
    std::size_t index = 0;  ///< Within the batch.
    http_origin_id origin{};
    http_lane_id lane{};
    std::optional<http_room_id> room;  ///< Empty: it works in none.
    int tries = 0;                     ///< That failed.
    int waits = 0;                     ///< Tries that were told to wait.
    http_clock::time_point not_before{};
    http_clock::time_point sent{};
    std::optional<http_clock::time_point> limited_since;  ///< When it first had to wait because the server asked to.
};

/// Which request goes next: limits per batch and per origin, one at a time within a room, batches in turn, and lanes
/// (accounts) that a server asked to wait. Computes only; the time is handed in. One thread.
class http_schedule {
  public:
    struct limits {
        std::size_t per_batch = 1;
        std::size_t per_origin = 8;
        std::chrono::milliseconds patience{0};
    };

    explicit http_schedule(limits within) : limits_(within) {}

    /// Jobs of one batch are started in their order, but that those behind one that has to wait for its room or its time
    /// may overtake it when they are of another room or of none. Within a room the order is kept.
    void open(http_batch_id batch, std::deque<http_job> jobs);

    /// Forgets what of the batch is not under way.
    void close(http_batch_id batch);

    /// While held, none of the batch is started: its caller has answers enough to work on.
    void hold(http_batch_id batch, bool held);

    /// The next that may go now, if any; it is under way from here on.
    std::optional<http_job> start(http_clock::time_point now);

    /// It is no longer under way.
    void ended(const http_job& job);

    /// It ended, and is to go once more: in front of its batch, but not before its not_before.
    void ended_to_go_again(const http_job& job);

    /// The lane's server asks to wait. Afterwards one goes ahead alone, until passed() says that it got through.
    void pause(http_lane_id lane, http_clock::time_point until);

    /// The server took the job, whatever it answered.
    void passed(const http_job& job);

    /// Whether the job, told to wait until then, would have waited for longer than patience in all.
    bool is_too_long(const http_job& job, http_clock::time_point until) const;

    struct overdue_job {
        http_job job;
        http_clock::time_point until;  ///< When its lane may go on.
    };

    /// Takes out those for which the wait of their lane is too long.
    std::vector<overdue_job> take_overdue(http_clock::time_point now);

    /// When time alone will let another one go; empty when nothing waits for time.
    std::optional<http_clock::time_point> next_due(http_clock::time_point now) const;

  private:
    struct batch {
        std::deque<http_job> waiting;
        std::size_t under_way = 0;
        bool held = false;
        bool closed = false;
    };
    struct lane {
        http_clock::time_point until{};
        std::size_t under_way = 0;
        bool narrow = false;  ///< Told to wait, and nothing has got through since.
    };

    bool has_turn(const batch& one) const;
    /// The first job of the batch that may go; its end when none may.
    std::deque<http_job>::iterator next_in(batch& one, http_clock::time_point now) const;
    const lane* lane_of(const http_job& job) const;
    void drop_if_over(http_batch_id id);
    void drop_if_over(http_lane_id id);

    limits limits_;
    std::map<http_batch_id, batch> batches_;
    std::unordered_map<http_origin_id, std::size_t> under_way_;
    std::unordered_map<http_lane_id, lane> lanes_;
    std::unordered_set<http_room_id> busy_rooms_;
    http_batch_id last_{};
};

}  // namespace commhost::service
