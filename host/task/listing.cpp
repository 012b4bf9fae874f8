#include "task/listing.hpp"

#include "message/error.hpp"
#include "store/json_rows.hpp"
#include "store/listener.hpp"
#include "task/codes.hpp"
#include "task/lock.hpp"
#include "task/queue.hpp"

#include <string>
#include <utility>

namespace commhost::task {

namespace {

/// task::state as it is shown.
constexpr std::string_view shown_state =
    "case when state = 0 and error_code is not null and due > :now then 2 else state end";

[[noreturn]] void unknown(task_id id) {
    throw message::error(TASK_UNKNOWN, {{"task", std::to_string(static_cast<std::int64_t>(id))}});
}

/// After a change that takes only tasks that do not run has changed nothing.
[[noreturn]] void unknown_or_running(store::connection& on, task_id id) {
    const auto found = on.first<std::optional<std::string>>("select owner from task where id = :id", {{"id", id}});
    if (!found) unknown(id);
    throw message::error(TASK_RUNNING, {{"task", std::to_string(static_cast<std::int64_t>(id))},
                                        {"owner", std::get<0>(*found).value_or("")}});
}

std::vector<listed_task> listed(store::connection& on, std::optional<task_id> id, const task_filter& filter,
                                store::milliseconds_utc now) {
    using time = store::milliseconds_utc;
    const std::string shown(shown_state);
    std::vector<listed_task> result;
    for (auto& [number, kind, queue, key, line, in_lane, payload, state, again_due, attempts, tries, crashes, created,
                due, owner, started, error_code, error_text, error_time] :
         on.query<task_id, std::string, std::string, std::string, std::optional<std::string>, lane, std::string,
                  task::state, std::optional<time>, int, int, int, time, time, std::optional<std::string>,
                  std::optional<time>, std::optional<std::string>, std::optional<std::string>, std::optional<time>>(
             "select id, kind, queue, key, line, lane, payload, " + shown +
                 R"( as shown, again_due, attempts, tries, crashes,
                    created, due, owner, started, error_code, error_text, error_time
                from task
                where id > :after
                    and (cast(:id as bigint) is null or id = :id)
                    and (cast(:queue as text) is null or queue = :queue)
                    and (cast(:kind as text) is null or kind = :kind)
                    and (cast(:key as text) is null or key = :key)
                    and (cast(:payload as text) is null or payload = :payload)
                    and (cast(:line as text) is null or line = :line)
                    and (cast(:lane as bigint) is null or lane = :lane)
                    and (cast(:state as bigint) is null or :state = )" +
                 shown + R"()
                order by id limit :most)",
             {{"now", now},
              {"after", filter.after},
              {"id", id},
              {"queue", filter.queue},
              {"kind", filter.kind},
              {"key", filter.key},
              {"payload", filter.payload},
              {"line", filter.order},
              {"lane", filter.in_lane},
              {"state", filter.in_state},
              {"most", filter.most}})) {
        listed_task& next = result.emplace_back();
        next.id = number;
        next.kind = std::move(kind);
        next.queue = std::move(queue);
        next.key = std::move(key);
        next.order = std::move(line).value_or("");
        next.in_lane = in_lane;
        next.payload = std::move(payload);
        next.state = state;
        next.once_more = again_due.has_value();
        next.attempts = attempts;
        next.tries = tries;
        next.crashes = crashes;
        next.created = created;
        next.due = due;
        next.owner = std::move(owner);
        next.started = started;
        next.error_code = std::move(error_code);
        next.error_text = std::move(error_text);
        next.error_time = error_time;
    }
    return result;
}

}  // namespace

std::set<std::string> those_there(store::connection& on, std::span<const std::string> keys) {
    store::json_rows rows;
    for (const auto& key : keys) rows.add(key);
    std::set<std::string> found;
    for (auto& [key] : on.query<std::string>(
             "select t.key from " + store::json_rows::table(on.dialect(), ":rows", {{"key", store::column::text}}) +
                 " r join task t on t.key = r.key",
             {{"rows", rows.json()}}))
        found.insert(std::move(key));
    return found;
}

std::vector<std::string> payloads_of(store::connection& on, std::string_view owner) {
    std::vector<std::string> payloads;
    for (auto& [payload] : on.query<std::string>(
             "select payload from task where owner = :owner and state = 1 order by id", {{"owner", owner}}))
        payloads.push_back(std::move(payload));
    return payloads;
}

std::vector<task_count> queue::counts() {
    const auto on = database_.borrow();
    std::vector<task_count> result;
    for (auto& [queue, in_lane, in_state, number, due, oldest_due, next_due] :
         on->query<std::string, lane, state, std::int64_t, std::int64_t, store::milliseconds_utc,
                   std::optional<store::milliseconds_utc>>(
             "select c.queue, c.lane, c.shown, count(*), cast(sum(case when c.due <= :now then 1 else 0 end) as "
             "bigint),"
             " min(c.due), min(case when c.due > :now then c.due end) from (select queue, lane, due, " +
                 std::string(shown_state) +
                 " as shown from task) c group by c.queue, c.lane, c.shown order by c.queue, c.lane, c.shown",
             {{"now", clock_.now()}}))
        result.push_back({std::move(queue), in_lane, in_state, number, due, oldest_due, next_due});
    return result;
}

std::vector<listed_task> queue::list(const task_filter& filter) {
    return listed(*database_.borrow(), std::nullopt, filter, clock_.now());
}

listed_task queue::find(task_id id) {
    auto found = listed(*database_.borrow(), id, {}, clock_.now());
    if (found.empty()) unknown(id);
    return std::move(found.front());
}

void queue::retry_now(task_id id) {
    database_.transact([&](store::connection& on) { retry_now(on, id); });
}

void queue::retry_now(store::connection& within, task_id id) {
    // A failed one goes to the end of its line, and a crash in its past leaves it suspect, as in enqueue().
    const auto queue = within.scalar<std::string>(
        R"(update task set
               due = case when state = 0 and due < :now then due else cast(:now as bigint) end,
               attempts = case when state = 3 then 0 else attempts end,
               tries = case when state = 3 then 0 else tries end,
               crashes = case when state = 3 and crashes > 1 then 1 else crashes end,
               state = 0
           where id = :id and state <> 1 returning queue)",
        {{"now", clock_.now()}, {"id", id}});
    if (!queue) unknown_or_running(within, id);
    task::probe_now(within, *queue, clock_.now());
    store::listener::say(within, wake_up_channel, *queue);
}

void queue::cancel(task_id id) {
    database_.transact([&](store::connection& on) { cancel(on, id); });
}

void queue::cancel(store::connection& within, task_id id) {
    if (within.execute("delete from task where id = :id and state <> 1", {{"id", id}}) == 0)
        unknown_or_running(within, id);
}

void queue::withdraw(store::connection& within, std::string_view key) {
    within.execute("delete from task where key = :key", {{"key", key}});
}

void queue::withdraw(store::connection& within, std::span<const std::string> keys) {
    store::json_rows rows;
    for (const auto& key : keys) rows.add(key);
    const auto those = "key in (select r.key from " +
                       store::json_rows::table(within.dialect(), ":rows", {{"key", store::column::text}}) + " r)";
    lock_by_key(within, those, {{"rows", rows.json()}});
    within.execute("delete from task where " + those, {{"rows", rows.json()}});
}

std::int64_t queue::drop(store::connection& within, std::string_view queue) {
    lock_by_key(within, "queue = :queue", {{"queue", queue}});
    resume(within, queue);
    within.execute("delete from task_circuit where queue = :queue", {{"queue", queue}});
    return within.execute("delete from task where queue = :queue", {{"queue", queue}});
}

}  // namespace commhost::task
