#pragma once

#include "store/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::task {

enum class task_id : std::int64_t {};

/// Counts how often a task was leased. Whoever comes with an older number than the task's has lost it.
enum class lease_number : std::int64_t {};

/// How soon a task is wanted, the best first. The values are stored.
enum class lane : std::uint8_t { interactive, roster, periodic, clean_up };
inline constexpr int lane_count = 4;

enum class state : std::uint8_t {
    queued,   ///< Runs as soon as it is due and a worker has room.
    running,  ///< Leased by its owner.
    waiting,  ///< Ended with an error and is not due again yet.
    failed,   ///< Stays until somebody retries or cancels it, or the same key is enqueued again.
};

/// "interactive", "roster", ...; "queued", "running", ...: as shown to an admin and accepted from one.
std::string_view name_of(lane which);
std::string_view name_of(state which);
std::optional<lane> lane_of(std::string_view name);
std::optional<state> state_of(std::string_view name);

/// What is asked of the queue.
struct new_task {
    std::string kind;   ///< What is to be done: names the code that carries it out.
    std::string queue;  ///< Which workers take it: the provider's name.
    std::string key;    ///< Unique in the database. The same key always goes with the same order.
    /// Tasks with the same order, unless it is empty, run one at a time; those of one queue first in first out.
    std::string order;
    lane in_lane = lane::roster;
    std::string payload;  ///< JSON, small: names what to look at, not what to do with it.
    std::optional<store::milliseconds_utc> not_before{};
};

/// A task as its owner holds it. A copy of what was stored when it was leased.
struct leased_task {
    task_id id{};
    lease_number lease{};
    std::string kind;
    std::string queue;
    std::string key;
    std::string order;
    lane in_lane{};
    std::string payload;
    int attempts = 0;  ///< Counted attempts that failed before this one.
    int tries = 0;     ///< All that ended with an error before this one, counted or not.
    int crashes = 0;   ///< How often a worker died while it had this task. Above 0, the task runs alone in its worker.
    std::string owner;
    store::milliseconds_utc started = 0;
    bool after_outage = false;  ///< The newest that was known of the queue's other side was an outage.
};

/// A task as an admin sees it.
struct listed_task {
    task_id id{};
    std::string kind;
    std::string queue;
    std::string key;
    std::string order;
    lane in_lane{};
    std::string payload;
    task::state state{};
    bool once_more = false;  ///< Running, and wanted again after it ends.
    int attempts = 0;
    int tries = 0;
    int crashes = 0;
    store::milliseconds_utc created = 0;
    store::milliseconds_utc due = 0;  ///< When it may run, or might have run first.
    std::optional<std::string> owner;
    std::optional<store::milliseconds_utc> started;
    std::optional<std::string> error_code;  ///< Of the last run that ended with an error.
    std::optional<std::string> error_text;
    std::optional<store::milliseconds_utc> error_time;
};

/// How a run ended that did not do what it should.
struct failure {
    std::string code{};  ///< Of the message catalogue, or the provider's kind of error.
    std::string text{};
    /// Whether it is held against the task. Outages and rate limits are not: they can last longer than any limit.
    bool counted = true;
    /// When the other side wants to be asked again; replaces the back-off.
    std::optional<store::milliseconds_utc> earliest{};
    /// Whether the other side is away, or lets nobody in, so that other tasks of the queue would fare no better.
    bool outage = false;
};

/// What became of a task whose owner was done with it.
enum class ending : std::uint8_t {
    gone,        ///< Completed.
    queued,      ///< Runs once more, because its key was enqueued while it ran.
    waiting,     ///< Runs again after a pause.
    failed,      ///< Its attempts are used up.
    lease_lost,  ///< Nothing was changed: the task was given to somebody else, or ended, in the meantime.
};

}  // namespace commhost::task
