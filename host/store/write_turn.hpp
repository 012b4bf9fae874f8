#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>

namespace commhost::store {

/// Who of this process writes next, one at a time and in the order of asking. SQLite lets one write; whoever must wait there holds a connection
/// meanwhile, and asks again after pauses of up to 100 ms (sqliteDefaultBusyCallback in its main.c). Any thread.
class write_turn {
  public:
    /// The caller's until pass_on(), if it comes to them in that time. Else they go to SQLite without: another process may have the
    /// database for itself, which is for SQLite to say.
    bool take(std::chrono::milliseconds patience);
    void pass_on();

  private:
    struct waiting {
        std::condition_variable changed;
        bool has_turn = false;
    };

    std::mutex mutex_;
    bool is_taken_ = false;
    std::list<waiting> waiting_;  ///< None of them has the turn but for one that is about to wake up.
};

}  // namespace commhost::store
