#pragma once

#include "service/http_clock.hpp"
#include "service/http_load.hpp"
#include "service/http_origin_limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
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
    std::uint64_t kind = 0;            ///< See http_kind.hpp.
    int tries = 0;                     ///< That failed.
    int waits = 0;                     ///< Tries that were told to wait.
    http_clock::time_point not_before{};
    http_clock::time_point sent{};
    http_turn turn;
    std::chrono::duration<double> load_at_origin{};  ///< http_load::sum when it was sent.
    std::chrono::duration<double> load_in_room{};
};

/// What was found out about an origin.
struct http_finding {
    std::size_t at_once = 0;          ///< Requests under way.
    std::size_t at_once_in_room = 0;  ///< Of those, in one room.
    std::chrono::microseconds latency{};
    std::chrono::microseconds best_latency{};
};

/// Which request goes next: a limit per batch, limits per origin and within a room that adapt to the origin (http_limit.hpp),
/// batches in turn, and lanes (accounts) that a server asked to wait. Computes only; the time is handed in. One thread.
///
/// What a server asks a lane to wait is counted for the batch and not for each of its jobs: these wait together, and a server
/// that keeps asking would have each of them be patient anew.
///
/// Within a room several are under way only of one batch and of one kind; whatever else is of that room waits until none is.
/// The limit for rooms is one for all rooms of an origin: how a server takes several requests for a room is in what it is made
/// of, and most rooms are done before one could find out anew. It is used only while no free room waits to be let through.
class http_schedule {
  public:
    struct limits {
        std::size_t per_batch = 1;
        http_limit_rule per_origin;
        http_limit_rule per_room;
        std::chrono::milliseconds patience{0};
    };

    explicit http_schedule(limits within) : limits_(within) {}

    /// Jobs of one batch are started in their order, but that those behind one that has to wait for its room or its time
    /// may overtake it when they are of another room or of none. Within a room the order is kept.
    void open(http_batch_id batch, std::deque<http_job> jobs, http_clock::time_point now);

    /// Forgets what of the batch is not under way.
    void close(http_batch_id batch);

    /// While held, none of the batch is started: its caller has answers enough to work on.
    void hold(http_batch_id batch, bool held);

    /// The next that may go now, if any; it is under way from here on.
    std::optional<http_job> start(http_clock::time_point now);

    /// It is no longer under way.
    void ended(const http_job& job, http_clock::time_point now);

    /// Call one of these before ended(): what was answered says how much the origin takes. kind: of the answer. refused
    /// returns whether a limit has shrunk.
    void answered(const http_job& job, std::uint64_t kind, std::chrono::microseconds latency,
                  http_clock::time_point now);
    bool refused(const http_job& job, http_clock::time_point now);

    /// Of the origin, if limits of it were found that are twice or half of those that were told last, but at most once in a
    /// minute.
    std::optional<http_finding> take_news(http_origin_id origin, http_clock::time_point now);

    std::size_t origins() const { return origins_.size(); }

    /// The most that any origin takes, as far as it is known; 0 where none was asked.
    std::size_t takes_at_once() const;

    /// It ended, and is to go once more: in its place in its batch, but not before its not_before.
    void ended_to_go_again(const http_job& job, http_clock::time_point now);

    struct longer_wait {
        bool is_new = false;  ///< The lane did not wait already: several answers to one throttling are one wait.
        http_clock::time_point::duration by{};
    };

    /// The lane's server asks to wait; by how much longer it does so then. Afterwards one goes ahead alone, until passed() says that it got through.
    longer_wait pause(http_lane_id lane, http_clock::time_point now, http_clock::time_point until);

    /// The server took the job, whatever it answered. What stands before a server and says that it is not ready says nothing of that.
    void passed(const http_job& job);

    /// Whether the job's batch will have waited for the job's lane for longer than patience in all when that may go on.
    bool is_too_long(const http_job& job) const;

    struct overdue_job {
        http_job job;
        http_clock::time_point until;  ///< When its lane may go on.
    };

    /// Takes out those for which the wait of their lane is too long: of a batch all that are of that lane.
    std::vector<overdue_job> take_overdue(http_clock::time_point now);

    /// When time alone will let another one go; empty when nothing waits for time.
    std::optional<http_clock::time_point> next_due(http_clock::time_point now) const;

  private:
    /// What a batch has of one lane.
    struct share {
        std::size_t waiting = 0;
        http_clock::time_point::duration
            before{};  ///< Of what the lane was asked to wait: what had passed when the batch came.
    };
    struct batch {
        std::deque<http_job> waiting;
        std::map<http_lane_id, share> lanes;
        std::multiset<http_clock::time_point> not_before;  ///< Of those that wait for a time of their own.
        bool is_of_one_place = false;                      ///< All jobs are of one origin and of one room, or of none.
        std::size_t under_way = 0;
        bool held = false;
        bool closed = false;
    };
    struct lane {
        http_clock::time_point until{};
        http_clock::time_point::duration asked{};  ///< To wait, in all, until then.
        std::size_t batches = 0;                   ///< That have a share of it.
        std::size_t under_way = 0;
        bool narrow = false;  ///< Told to wait, and nothing has got through since.
    };

    struct origin {
        explicit origin(const limits& of) : may(of.per_origin, of.per_room) {}

        http_origin_limits may;
        http_load under_way;
        bool is_wanted =
            false;  ///< A request of a free room, or of none, waits for the limit alone, so far at this look.
        http_clock::time_point last_used{};
        http_finding told;
        std::optional<http_clock::time_point> told_at;
    };
    struct room {
        http_batch_id batch{};
        std::uint64_t kind = 0;
        http_load under_way;
    };
    enum class choice : std::uint8_t { free_rooms, busy_rooms_too };

    bool has_turn(const batch& one) const;
    /// The first job of the batch that may go; its end when none may.
    std::deque<http_job>::iterator next_in(batch& one, http_clock::time_point now, choice of);
    std::optional<http_job> start(http_clock::time_point now, choice of);
    bool takes_another(const room& busy, const http_job& job) const;
    origin& origin_of(http_origin_id id, http_clock::time_point now);
    bool is_too_long(const share& of, const lane& waits) const;
    void put_back(batch& one, const http_job& job);
    std::deque<http_job>::iterator take_out(batch& one, std::deque<http_job>::iterator job);
    void drop_if_over(http_batch_id id);
    void drop_if_over(http_lane_id id);

    limits limits_;
    std::map<http_batch_id, batch> batches_;
    std::unordered_map<http_origin_id, origin> origins_;
    std::unordered_map<http_lane_id, lane> lanes_;
    std::unordered_map<http_room_id, room> busy_rooms_;
    http_batch_id last_{};
};

}  // namespace commhost::service
