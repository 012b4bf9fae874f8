#include "task/circuit.hpp"

#include "store/listener.hpp"
#include "task/lock.hpp"
#include "task/queue.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace commhost::task {

std::vector<open_circuit> open_circuits(store::connection& on, store::milliseconds_utc now) {
    std::vector<open_circuit> result;
    for (auto& [queue, since, until, probe, reason] :
         on.query<std::string, store::milliseconds_utc, store::milliseconds_utc, std::optional<task_id>, std::string>(
             "select queue, since, until, probe, reason from task_circuit where openings > 0 order by queue")) {
        auto& next = result.emplace_back();
        next.queue = std::move(queue);
        next.since = since;
        if (!probe && until > now) next.next_try = until;
        next.reason = std::move(reason);
    }
    return result;
}

bool may_probe(store::connection& on, std::string_view queue, store::milliseconds_utc now) {
    // What another one did while this waited for the row is seen by the next statement only (READ COMMITTED).
    if (on.dialect() == store::dialect::postgresql)
        on.query<std::int64_t>("select openings from task_circuit where queue = :queue for update", {{"queue", queue}});
    return on
        .scalar<std::int64_t>(
            "select c.openings from task_circuit c where c.queue = :queue and c.openings > 0 and not " +
                std::string(circuit_is_open),
            {{"queue", queue}, {"now", now}})
        .has_value();
}

void note_probe(store::connection& on, const leased_task& probe, store::milliseconds_utc until) {
    on.execute("update task_circuit set probe = :task, until = :until where queue = :queue",
               {{"task", probe.id}, {"until", until}, {"queue", probe.queue}});
}

void note_outage(store::connection& on, const leased_task& task, std::string_view reason, const circuit_rules& rules,
                 double random, store::milliseconds_utc now) {
    const auto [outages, openings, probe] = *on.first<int, int, std::optional<task_id>>(
        R"(insert into task_circuit (queue, outages, since, newest, reason) values (:queue, 1, :now, :task, :reason)
           on conflict (queue) do update set
               outages = task_circuit.outages + case when task_circuit.newest = excluded.newest then 0 else 1 end,
               newest = excluded.newest, reason = excluded.reason
           returning outages, openings, probe)",
        {{"queue", task.queue}, {"now", now}, {"task", task.id}, {"reason", reason}});
    // One that began before it was opened tells nothing new.
    if (openings == 0 ? outages < rules.outages_to_open : probe != task.id) return;
    on.execute("update task_circuit set openings = :openings, until = :until, probe = null where queue = :queue",
               {{"openings", openings + 1},
                {"until", now + rules.open_for.after(openings + 1, random).count()},
                {"queue", task.queue}});
}

void note_answer(store::connection& on, std::string_view queue, store::milliseconds_utc now) {
    if (on.execute("delete from task_circuit where queue = :queue", {{"queue", queue}}) == 0) return;
    const std::string waiting = "queue = :queue and state = 0 and outage = 1 and due > :now";
    lock_by_key(on, waiting, {{"queue", queue}, {"now", now}});
    on.execute("update task set due = :now where " + waiting, {{"queue", queue}, {"now", now}});
    store::listener::say(on, wake_up_channel, queue);
}

void probe_now(store::connection& on, std::string_view queue, store::milliseconds_utc now) {
    on.execute("update task_circuit set until = :now where queue = :queue and until > :now",
               {{"queue", queue}, {"now", now}});
}

}  // namespace commhost::task
