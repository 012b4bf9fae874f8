#include "task/queue.hpp"

#include "store/json_rows.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace commhost::task {

namespace {

// The statements have these as literals, since only then the partial indexes of migrations.cpp serve them.
static_assert(static_cast<int>(state::queued) == 0 && static_cast<int>(state::running) == 1 &&
              static_cast<int>(state::failed) == 3);

/// The tasks, each key once and at its first place, as a row already there would take in a second one.
std::vector<new_task> merged(std::span<const new_task> tasks, store::milliseconds_utc now) {
    std::vector<new_task> result;
    std::map<std::string_view, std::size_t> places;
    for (const auto& added : tasks) {
        if (added.kind.empty() || added.queue.empty() || added.queue == every_queue || added.key.empty())
            throw std::invalid_argument("a task needs a kind, a queue and a key");
        const auto [place, is_new] = places.try_emplace(added.key, result.size());
        if (is_new) {
            result.push_back(added);
            result.back().not_before = added.not_before.value_or(now);
        } else {
            auto& kept = result[place->second];
            const auto in_lane = std::min(kept.in_lane, added.in_lane);
            const auto not_before = std::min(*kept.not_before, added.not_before.value_or(now));
            kept = added;
            kept.in_lane = in_lane;
            kept.not_before = not_before;
        }
    }
    return result;
}

}  // namespace

queue::queue(store::database& database, const store::clock& clock, queue_settings settings, random_source random)
    : database_(database), clock_(clock), settings_(settings), random_(std::move(random)) {}

void queue::enqueue(store::connection& within, std::span<const new_task> tasks, store::milliseconds_utc now) {
    using store::column;
    if (tasks.empty()) return;
    store::json_rows rows;
    bool may_lift = false;
    for (const auto& added : merged(tasks, now)) {
        const auto line = added.order.empty() ? std::nullopt : std::optional(added.order);
        rows.add(added.kind, added.queue, added.key, line, added.in_lane, added.payload, added.not_before);
        may_lift = may_lift || (line && added.in_lane < lane::clean_up);
    }
    const auto table = store::json_rows::table(within.dialect(), ":rows",
                                               {{"kind", column::text},
                                                {"queue", column::text},
                                                {"key", column::text},
                                                {"line", column::text},
                                                {"lane", column::integer},
                                                {"payload", column::text},
                                                {"due", column::integer}});

    // The ids follow the order of tasks; the rows are inserted by key (lock.hpp). SQLite, which has one writer at a
    // time, inserts in the order of tasks and counts the ids itself.
    const std::string numbered =
        within.dialect() == store::dialect::sqlite
            ? "(select null as id, o.* from " + table + " o) r where true order by r.ordinal"
            : "(select nextval(cast((select pg_get_serial_sequence('task', 'id')) as regclass)) as id, o.* from " +
                  table + " o order by o.ordinal) r where true order by r.key";

    // A running task keeps its line, which is what keeps others of that line from running. A failed one goes to the
    // line's end, and a crash in its past leaves it suspect.
    within.execute(R"(
        insert into task (id, kind, queue, key, line, lane, payload, state, created, due)
        select r.id, r.kind, r.queue, r.key, r.line, r.lane, r.payload, 0, cast(:now as bigint), r.due from )" +
                       numbered + R"(
        on conflict (key) do update set
            kind = excluded.kind,
            queue = excluded.queue,
            payload = excluded.payload,
            line = case when task.state = 1 then task.line else excluded.line end,
            lane = case when task.state <> 3 and task.lane < excluded.lane then task.lane else excluded.lane end,
            created = case when task.state = 3 then excluded.created else task.created end,
            due = case when task.state = 1 then task.due
                       when task.state = 0 and task.due < excluded.due then task.due
                       else excluded.due end,
            again_due = case when task.state = 1 and (task.again_due is null or excluded.due < task.again_due)
                             then excluded.due else task.again_due end,
            attempts = case when task.state = 3 then 0 else task.attempts end,
            tries = case when task.state = 3 then 0 else task.tries end,
            crashes = case when task.state = 3 and task.crashes > 1 then 1 else task.crashes end,
            state = case when task.state = 3 then 0 else task.state end)",
                   {{"now", now}, {"rows", rows.json()}});

    if (within.dialect() == store::dialect::postgresql)
        within.query<std::optional<std::string>>(
            "select cast(pg_notify(:channel, ready.queue) as text) from (select distinct r.queue from " + table +
                " r where r.due <= :now) ready",
            {{"channel", wake_up_channel}, {"now", now}, {"rows", rows.json()}});

    if (!may_lift) return;
    // "state <> 1", where "state = 0" would say it: PostgreSQL is not to begin with all that are queued (task_ready),
    // but to go by key and by line.
    within.execute(R"(
        update task set lane = better.lane from (
            select ahead.id as id, min(added.lane) as lane
            from )" + table +
                       R"( r
            join task added on added.key = r.key
            join task ahead on ahead.line = added.line and ahead.state < 2
            where added.state <> 1 and ahead.state <> 1 and ahead.lane > added.lane
                and (ahead.due < added.due or (ahead.due = added.due and ahead.id < added.id))
            group by ahead.id) better
        where task.id = better.id)",
                   {{"rows", rows.json()}});
}

void queue::enqueue(std::span<const new_task> tasks) {
    database_.transact([&](store::connection& on) { enqueue(on, tasks, clock_.now()); });
}

}  // namespace commhost::task
