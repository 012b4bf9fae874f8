#pragma once

#include "store/clock.hpp"
#include "store/database.hpp"
#include "task/back_off.hpp"
#include "task/circuit.hpp"
#include "task/random.hpp"
#include "task/task.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::task {

/// Where store::listener hears the names of queues that have something ready, at the moment at which it is enqueued, tried again
/// by an admin or resumed, once for each queue and transaction. What becomes due later is not told.
inline constexpr std::string_view wake_up_channel = "commhost_task";

/// In the place of a queue's name: all of them, those that come later, too. No task's queue may be called that.
inline constexpr std::string_view every_queue = "*";

struct queue_settings {
    int most_attempts = 10;                   ///< Counted attempts after which a task is failed.
    int most_crashes = 3;                     ///< Dead workers after which a task is failed.
    std::chrono::milliseconds lease{60'000};  ///< How long an owner is believed alive after its last sign of life.
    std::chrono::milliseconds deadline{30 * 60'000};  ///< How long one run may take before overdue() lists it.
    task::back_off back_off{};
    circuit_rules circuit{};
};

/// Which tasks to list; what is not set does not matter.
struct task_filter {
    std::optional<std::string> queue;
    std::optional<std::string> kind;
    std::optional<std::string> key;
    std::optional<std::string> payload;
    std::optional<std::string> order;
    std::optional<lane> in_lane;
    std::optional<state> in_state;
    task_id after{};  ///< Only those with a greater id: for the next page.
    int most = 1000;
};

struct task_count {
    std::string queue;
    lane in_lane{};
    state in_state{};
    std::int64_t number = 0;
    std::int64_t due = 0;                             ///< How many of them are due by now.
    store::milliseconds_utc oldest_due = 0;           ///< The earliest due time among them.
    std::optional<store::milliseconds_utc> next_due;  ///< The earliest among those that are not due yet.
};

struct pause {
    std::string queue;
    std::optional<store::milliseconds_utc> until;  ///< Without it: until it is resumed.
    std::string reason;
    store::milliseconds_utc since = 0;
    bool by_outage = false;  ///< Its other side is away (circuit.hpp); else somebody has paused it.
};

/// A worker that holds tasks, or did when it last asked for some.
struct owner {
    std::string name;
    store::milliseconds_utc until = 0;  ///< Its lease's end.
    std::int64_t tasks = 0;
};

/// What an owner still holds.
struct held_task {
    task_id id{};
    lease_number lease{};

    friend bool operator==(const held_task&, const held_task&) = default;
};

struct released {
    std::int64_t queued = 0;
    std::vector<std::string> failed{};  ///< The payloads of those that are failed now: they crashed too many workers.
    std::string why{};                  ///< What stands in the error of all of them.
};

/// The durable queue. A task that is completed leaves no row: what was done stands in the audit of whoever did it, and
/// the table holds only what is to be done, runs or has failed.
///
/// Any thread, any number of processes and, on PostgreSQL, of hosts, each with a queue of its own on the same database.
/// Each function is one transaction with a fixed number of statements, however many tasks it concerns, but for complete() of many.
/// All throw
/// message::error from store; what else they throw stands with them.
///
/// Lanes: a ready task of a better lane goes first, but of every 20 tasks that one queue object leases, 12 are meant
/// for interactive, 5 for roster, 2 for periodic and 1 for clean-up tasks. What a lane does not use goes to the best
/// that has more. So none waits for ever, and an interactive task is among the first two leased, however many others
/// there are.
///
/// Within a lane, and within one order, tasks run by the time at which they became due, then in the order in which they
/// were enqueued. A task that is not due yet holds nobody up. One whose order a more urgent task joins is lifted into
/// that task's lane, so that the room's line moves on.
class queue {
  public:
    queue(store::database& database, const store::clock& clock, queue_settings settings = {},
          random_source random = system_random());

    // --- What is wanted

    /// Puts tasks into the queue as part of the caller's transaction on within, so that a change and its task are
    /// stored together. A task whose key is there already:
    ///   queued or waiting: stays one, with the better lane, the earlier time and the new payload;
    ///   running: runs once more after this run ends, with the new payload;
    ///   failed: is queued again with no attempts counted.
    /// The same holds for the same key twice in tasks. Two statements, and on PostgreSQL one for wake_up_channel. Throws
    /// std::invalid_argument for a task without kind, queue or key.
    static void enqueue(store::connection& within, std::span<const new_task> tasks, store::milliseconds_utc now);

    /// The same in a transaction of its own.
    void enqueue(std::span<const new_task> tasks);

    // --- What a worker does

    /// Leases up to most ready tasks of one queue to the owner; none when the queue is paused. Nobody else gets them
    /// while the owner gives signs of life (each heartbeat, and each lease that gives something, is one), and no other
    /// task of their orders runs. First what is to run first.
    ///
    /// A task whose worker died runs alone, so that it is known who kills workers: while such a task is ready, its
    /// queue gives nothing to an owner that holds tasks, the first owner without any gets it, by itself, and nothing
    /// more until it is done.
    ///
    /// While the queue's other side is away (failure::outage) it gives nothing, and then one task at a time (circuit.hpp).
    std::vector<leased_task> lease(std::string_view owner, std::string_view queue, int most);

    /// Prolongs the owner's lease; returns the tasks that it holds. What is not among them was lost: stop it.
    std::vector<held_task> heartbeat(std::string_view owner);

    /// Whether the owner still holds the task. Until the caller's transaction ends nobody can take it away, so that
    /// what is stored in the same transaction is stored by the task's owner and by nobody else.
    static bool holds(store::connection& within, const leased_task& task);

    /// The task is done and leaves the queue, or is queued again when its key was enqueued in the meantime.
    /// gone, queued or lease_lost.
    ending complete(const leased_task& task);

    /// The same for many; one ending each, in their order. Each is whole by itself: where the database fails on the way, some may be
    /// done already, and to complete those again gives lease_lost.
    std::vector<ending> complete(std::span<const leased_task> tasks);

    /// The same as part of the caller's transaction.
    ending complete(store::connection& within, const leased_task& task);

    /// The run ended with an error: the task runs again after a pause, or is failed when its counted attempts are used
    /// up. A key that was enqueued in the meantime is served by the next run; where there would be none, the task is
    /// queued anew with no attempts counted. waiting, failed, queued or lease_lost.
    ending retry(const leased_task& task, const failure& why);
    ending retry(store::connection& within, const leased_task& task, const failure& why);

    /// The same without another attempt: for what cannot succeed by waiting. failed, queued or lease_lost.
    ending fail(const leased_task& task, const failure& why);
    ending fail(store::connection& within, const leased_task& task, const failure& why);

    /// Gives back some of the owner's tasks, with nothing held against them: those that it has and does not work on.
    /// Returns how many came back.
    std::int64_t give_back(std::string_view owner, std::span<const held_task> tasks);

    // --- What a supervisor does

    /// Gives back at once the tasks of a worker that died, and counts a crash on each. The first time a task is ready
    /// again at once, then after growing pauses; after most_crashes it is failed. why tells what was seen of the death,
    /// "killed by signal 11", and stands in the tasks' error (TASK_CRASHED).
    released release(std::string_view owner, std::string_view why);
    released release(store::connection& within, std::string_view owner, std::string_view why);

    /// Gives back the tasks of a worker that ends in good order, and holds nothing against them.
    std::int64_t release_gracefully(std::string_view owner);

    /// Gives back the tasks of all owners without a sign of life within the lease's time, as release_gracefully does: a
    /// host that went down says nothing about the tasks that it had. Leaves out those that the caller knows to be alive:
    /// they are behind, as after an outage of the database. Returns how many tasks came back.
    std::int64_t expire_leases(std::span<const std::string> alive = {});

    /// Everybody who holds a lease.
    std::vector<owner> owners();

    /// The running tasks that take longer than the deadline, each as its owner has it. To end one: kill the worker,
    /// hand the task to retry(), and release_gracefully() the owner, whose other tasks did nothing wrong.
    std::vector<leased_task> overdue();

    /// The tasks of this queue wait: its provider is missing, disabled or quarantined. What runs, runs on. Replaces an
    /// earlier pause. every_queue beside those of single queues, whose own pauses go on after it.
    void pause(std::string_view queue, std::optional<store::milliseconds_utc> until, std::string_view reason);
    void pause(store::connection& within, std::string_view queue, std::optional<store::milliseconds_utc> until,
               std::string_view reason);

    /// Whether all queues are paused, and how.
    static std::optional<task::pause> pause_of_all(store::connection& on, store::milliseconds_utc now);

    /// Gives back a leased task, with nothing held against it: its run was broken off because all queues are paused.
    void put_back(const leased_task& task);

    /// Ends the pause, if there is one.
    void resume(std::string_view queue);
    static void resume(store::connection& within, std::string_view queue);

    /// All that have not ended, and the queues that give nothing because their other side is away. A pause of every_queue is told
    /// of each queue that has tasks.
    std::vector<task::pause> pauses();

    /// Asks a queue's other side that was away at once: somebody has mended something.
    void probe_now(std::string_view queue);

    /// When the next task of the queue may run, in the past when one is ready. Not counting those whose order is taken
    /// by a running task. None when there is none, or when the queue is paused without an end.
    std::optional<store::milliseconds_utc> next_due(std::string_view queue);

    /// Whether nothing runs and nothing becomes due up to that time, leaving out queues that are paused until after it.
    bool idle(store::milliseconds_utc up_to);
    bool idle();  ///< Up to now.

    // --- What an admin sees and does

    std::vector<task_count> counts();

    /// By id.
    std::vector<listed_task> list(const task_filter& filter);

    /// Throws message::error (TASK_UNKNOWN).
    listed_task find(task_id id);

    /// Makes a queued, waiting or failed task ready at once; a failed one with no attempts counted. Where the queue's other side was
    /// away, it is asked at once.
    /// Throws message::error (TASK_UNKNOWN, TASK_RUNNING).
    void retry_now(task_id id);
    void retry_now(store::connection& within, task_id id);

    /// Drops a task that does not run. Throws message::error (TASK_UNKNOWN, TASK_RUNNING).
    void cancel(task_id id);
    void cancel(store::connection& within, task_id id);

    /// Nobody wants any more what the task of that key does: drops it. Whoever works on it finds its lease lost.
    static void withdraw(store::connection& within, std::string_view key);
    static void withdraw(store::connection& within, std::span<const std::string> keys);

    /// Drops all tasks of a queue, and its pause: its provider is gone. Whoever works on one of them finds its lease lost. Returns
    /// how many.
    static std::int64_t drop(store::connection& within, std::string_view queue);

    const queue_settings& settings() const { return settings_; }

  private:
    enum class another_try : std::uint8_t { allowed, useless };
    ending end_with_error(store::connection& within, const leased_task& task, const failure& why, another_try next);
    std::int64_t give_back_all(store::connection& within, std::span<const std::string> owners);

    store::database& database_;
    const store::clock& clock_;
    queue_settings settings_;
    random_source random_;
    std::atomic<std::uint64_t> turn_{0};  ///< How many tasks this object has leased: whose turn it is among the lanes.
};

}  // namespace commhost::task
