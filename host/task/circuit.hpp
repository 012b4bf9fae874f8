#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"
#include "task/back_off.hpp"
#include "task/task.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The circuit breaker of a queue (table task_circuit): while its other side is away, its tasks are not tried one after the other,
// each to learn the same. After some outages in a row it opens and lets nothing through for a while; then it lets one task
// through, the probe, whose end closes it or opens it again for longer. It is kept in the database, so that all workers
// and hosts go by it. The functions are part of the caller's transaction and throw message::error from store.

namespace commhost::task {

/// Of a row c of task_circuit: it lets nothing through at :now. The probe of a worker that is gone is not waited for.
inline constexpr std::string_view circuit_is_open =
    "(c.openings > 0 and c.until > :now and (c.probe is null"
    " or exists (select 1 from task p where p.id = c.probe and p.state = 1)))";

struct circuit_rules {
    /// So many in a row. Those of one task that follow each other count as one: it may be that task's own trouble.
    int outages_to_open = 3;
    back_off open_for{std::chrono::milliseconds(5'000), std::chrono::milliseconds(5 * 60'000)};
};

/// A circuit that was opened and that nothing has closed since.
struct open_circuit {
    std::string queue;
    store::milliseconds_utc since = 0;                ///< The first outage.
    std::optional<store::milliseconds_utc> next_try;  ///< None while one task is under way to see, or may go at once.
    std::string reason;                               ///< The newest outage.
};

/// By queue.
std::vector<open_circuit> open_circuits(store::connection& on, store::milliseconds_utc now);

/// Whether the caller may take the probe of a circuit that is not open any more: until its transaction ends nobody else may.
bool may_probe(store::connection& on, std::string_view queue, store::milliseconds_utc now);

/// The task, which was leased just now, is the probe: nothing else goes through before it has ended, or until that time.
void note_probe(store::connection& on, const leased_task& probe, store::milliseconds_utc until);

/// The task ended with an outage. random: from 0 to 1.
void note_outage(store::connection& on, const leased_task& task, std::string_view reason, const circuit_rules& rules,
                 double random, store::milliseconds_utc now);

/// The other side of the queue has answered: everything goes through again, and what waits only for this is ready at once.
void note_answer(store::connection& on, std::string_view queue, store::milliseconds_utc now);

/// Lets a probe through at once.
void probe_now(store::connection& on, std::string_view queue, store::milliseconds_utc now);

}  // namespace commhost::task
