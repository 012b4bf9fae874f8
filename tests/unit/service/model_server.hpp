#pragma once

#include "service/http_schedule.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <random>
#include <utility>
#include <vector>

namespace commhost::test {

/// How a chat server behaves in a model of it, in milliseconds.
struct model_behaviour {
    double round_trip = 0;
    std::size_t capacity = 2;              ///< How many requests it works on at once; what is beyond waits.
    double crowding = 0.28;                ///< By so much longer it takes for each other request that it works on then.
    double room_crowding = 0.06;           ///< And by so much for each that waits for the same room.
    double scatter = 0.2;                  ///< The standard deviation of the logarithm of what one takes.
    std::size_t refuses_from = 1'000'000;  ///< With so many there it answers 503 to a further one at once.
};

/// Joins of 47 ms, in numbers that were seen on a real one with two processors: 21/s one at a time, in one room 15/s with eight
/// at a time, over many rooms 33/s.
inline model_behaviour like_synapse() { return {}; }

struct model_request {
    std::uint64_t kind = 0;
    double takes = 47;
    bool in_room = true;
};

/// A worker's rooms, the schedule that is under test, and a model of a server, in simulated time. Each room sends its requests
/// as one batch; when it is done another room takes its place.
///
/// The server works on one request of a room at a time, in the order in which they come, and on so many of all rooms.
class model_world {
  public:
    using room_of_requests = std::function<std::vector<model_request>(std::size_t number)>;

    model_world(const service::http_schedule::limits& limits, const model_behaviour& server, unsigned seed = 1);

    /// So many rooms are at work at once from now on; each next one's requests are what `of` gives.
    void work(std::size_t rooms, room_of_requests of);

    /// How many requests a second were answered.
    double run_for(std::chrono::milliseconds time);

    /// Nothing happens meanwhile: call it when all is done.
    void pass(std::chrono::milliseconds time) { now_ += time; }
    void finish();

    model_behaviour& server() { return server_; }
    service::http_schedule& schedule() { return schedule_; }

    /// Of the requests that were sent since the last call for it: what part was sent while another one was under way in its
    /// room, and the most under way.
    double part_beside_in_room();
    std::size_t most_under_way();
    std::size_t take_refusals() { return std::exchange(refusals_, 0); }

  private:
    using clock = service::http_clock;
    struct sent {
        service::http_job job;
        double takes = 0;
        clock::time_point at{};
        int status = 200;
    };
    struct event {
        clock::time_point when;
        std::size_t number;
        std::function<void()> happens;
        bool operator<(const event& other) const {
            return when != other.when ? when > other.when : number > other.number;
        }
    };

    void after(double milliseconds, std::function<void()> happens);
    void step();
    void open_room();
    void start_all();
    void arrive(sent request);
    void take_next();
    void leave(const sent& request);
    void take_answer(const sent& request);

    service::http_schedule schedule_;
    model_behaviour server_;
    std::minstd_rand random_;
    clock::time_point now_{std::chrono::hours(1)};
    std::size_t numbers_ = 0;
    std::priority_queue<event> events_;

    room_of_requests requests_;
    std::size_t rooms_ = 0;
    std::size_t rooms_wanted_ = 0;
    std::uint64_t batches_ = 0;
    std::map<service::http_batch_id, std::vector<model_request>> of_batch_;
    std::map<service::http_batch_id, std::size_t> unanswered_;
    std::size_t answered_ = 0;
    std::size_t refusals_ = 0;
    std::size_t under_way_ = 0;
    std::size_t most_under_way_ = 0;
    std::size_t sent_in_rooms_ = 0;
    std::size_t sent_beside_ = 0;
    std::map<service::http_room_id, std::size_t> sent_of_room_;

    // The server.
    std::size_t there_ = 0;
    std::size_t busy_ = 0;
    std::deque<sent> ready_;
    std::map<service::http_room_id, std::deque<sent>>
        waiting_;  ///< Of a room: the one that is worked on, and those behind.
};

/// The most requests a second that any limits reach which stay as they are.
double best_fixed(const model_behaviour& server, std::size_t rooms, const model_world::room_of_requests& of);

}  // namespace commhost::test
