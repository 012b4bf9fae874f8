#pragma once

#include "service/log.hpp"
#include "service/stop.hpp"
#include "task/queue.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <list>
#include <string>

namespace commhost::worker {

struct rooms_settings {
    std::string owner;
    std::string provider;
    std::function<int()> at_once;  ///< How many; asked before each take_more().
    /// Carries a task out and tells the queue how it ended, in a thread of its own. What it throws says that the queue
    /// was not told.
    std::function<void(const task::leased_task&, const service::stop&)> work;
    /// The last that such a thread calls.
    std::function<void()> ended;
    std::function<std::chrono::steady_clock::time_point()> now = &std::chrono::steady_clock::now;
};

/// The tasks that one worker has leased, each with a thread that carries it out. One thread.
///
/// It may happen that the owner holds a task that no thread works on: the answer to a lease was lost with the database, or the
/// queue could not be told how a task ended, or a task was stopped. look_after() finds such a task and gives it back, with
/// nothing held against it.
///
/// A room's stop is requested by itself when a lease's time has passed since the last sign of life, also where the process stood still
/// and this thread is not the first to go on: what a room does then is another owner's affair.
class rooms_under_way {
  public:
    /// The references outlive it.
    rooms_under_way(task::queue& queue, service::log& log, rooms_settings settings);

    /// Stops all and waits for them.
    ~rooms_under_way();
    rooms_under_way(const rooms_under_way&) = delete;
    rooms_under_way& operator=(const rooms_under_way&) = delete;

    /// Takes leave of those that have ended, gives signs of life, stops those whose lease is lost, and all while it is not
    /// known whether they are: after a lease's time without a sign of life others may have them. Throws message::error
    /// (STORE_...); call it again soon.
    void look_after();

    /// Leases as many more as there is room for. Call it after a look_after() that threw nothing. Throws message::error
    /// (STORE_...) and std::system_error (no thread); call look_after() soon.
    void take_more();

    /// Asks all to end at the next safe point.
    void stop_all();

    /// None is under way, and the owner surely holds none.
    bool none() const { return rooms_.empty() && !unsure_; }

  private:
    struct room {
        task::leased_task task;
        service::stop_source stop;
        std::future<void> done;
    };

    /// The queue has heard of the owner not earlier than that.
    void hold_from(std::chrono::steady_clock::time_point sign_of_life);
    void start(task::leased_task task);
    void reap();
    void take_leave_of(room& ended);
    void compare_with(const std::vector<task::held_task>& held);

    task::queue& queue_;
    service::log& log_;
    rooms_settings settings_;
    std::list<room> rooms_;
    std::chrono::steady_clock::time_point sign_of_life_{};  ///< The last that the queue has. Not kept without rooms.
    bool unsure_ = false;                                   ///< The owner may hold a task that no thread works on.
};

}  // namespace commhost::worker
