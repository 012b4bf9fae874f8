#pragma once

#include "store/clock.hpp"
#include "store/database.hpp"
#include "task/random.hpp"
#include "task/window.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::task {

struct periodic_job {
    std::string name;
    std::chrono::milliseconds interval{};
    std::chrono::milliseconds jitter{};
    store::milliseconds_utc next = 0;
    std::optional<store::milliseconds_utc> last;  ///< When it was last claimed.
};

/// The periodic jobs: names with an interval. What a name stands for is the caller's.
///
/// Any thread, any number of processes and hosts on the same database. All functions throw message::error from store.
class schedule {
  public:
    schedule(store::database& database, const store::clock& clock, random_source random = system_random());

    /// Adds a job, first due after one interval. One that is there keeps its next time; where its interval or jitter
    /// differs it takes the new one, and is due after that at the latest. Without a jitter it is a tenth of the
    /// interval.
    void add_or_keep(std::string_view name, std::chrono::milliseconds interval,
                     std::optional<std::chrono::milliseconds> jitter = std::nullopt);

    /// Claims every job that is due and sets its next time: now, the interval and up to the jitter. However many hosts
    /// ask, each job is given to one, and however long nobody asked, it is given once.
    ///
    /// Part of the caller's transaction on within, so that a claim and the tasks that come of it are stored together: a
    /// host that dies in between has claimed nothing.
    ///
    /// window_of(name): a job is not claimed outside of its window, and stays due. One that has waited for the window does
    /// not begin as it opens, when all others begin that have waited for this hour, but up to the job's jitter later, and
    /// before the window closes. Without it all may begin at any time.
    std::vector<std::string> due(store::connection& within,
                                 const std::function<window(std::string_view name)>& window_of = {});

    /// When the next job is due; none without jobs.
    std::optional<store::milliseconds_utc> next_due();

    /// Makes a job due at once. Throws message::error (SCHEDULE_UNKNOWN).
    void run_now(std::string_view name);

    /// Takes a job out, if it is there.
    void remove(std::string_view name);

    /// By name.
    std::vector<periodic_job> list();

  private:
    store::milliseconds_utc next_after(store::milliseconds_utc now, std::int64_t interval, std::int64_t jitter) const;
    std::optional<store::milliseconds_utc> beginning(const window& within, store::milliseconds_utc due,
                                                     std::int64_t jitter, store::milliseconds_utc now) const;

    store::database& database_;
    const store::clock& clock_;
    random_source random_;
};

}  // namespace commhost::task
