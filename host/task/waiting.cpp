#include "message/catalogue.hpp"
#include "store/listener.hpp"
#include "task/circuit.hpp"
#include "task/queue.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace commhost::task {

namespace {

/// The first of each lane whose line nobody has.
std::string next_of_each_lane() {
    std::string sql;
    for (int number = 0; number < lane_count; ++number) {
        if (number != 0) sql += " union all ";
        sql += R"(select l.due from (
            select t.due from task t where t.queue = :queue and t.state = 0 and t.lane = )" +
               std::to_string(number) + R"(
                and (t.line is null or not exists (select 1 from task o where o.line = t.line and o.state < 2 and o.state = 1))
            order by t.due, t.id limit 1) l)";
    }
    return sql;
}

}  // namespace

void queue::pause(std::string_view queue, std::optional<store::milliseconds_utc> until, std::string_view reason) {
    database_.transact([&](store::connection& on) { pause(on, queue, until, reason); });
}

void queue::pause(store::connection& within, std::string_view queue, std::optional<store::milliseconds_utc> until,
                  std::string_view reason) {
    within.execute(R"(insert into task_pause (queue, until, reason, since) values (:queue, :until, :reason, :now)
                      on conflict (queue) do update set
                          until = excluded.until, reason = excluded.reason, since = excluded.since)",
                   {{"queue", queue}, {"until", until}, {"reason", reason}, {"now", clock_.now()}});
}

void queue::resume(std::string_view queue) {
    database_.transact([&](store::connection& on) { resume(on, queue); });
}

void queue::resume(store::connection& within, std::string_view queue) {
    within.execute("delete from task_pause where queue = :queue", {{"queue", queue}});
    if (queue != every_queue) return store::listener::say(within, wake_up_channel, queue);
    for (const auto& [each] : within.query<std::string>("select distinct queue from task where state = 0"))
        store::listener::say(within, wake_up_channel, each);
}

std::optional<pause> queue::pause_of_all(store::connection& on, store::milliseconds_utc now) {
    auto found = on.first<std::optional<store::milliseconds_utc>, std::string, store::milliseconds_utc>(
        "select until, reason, since from task_pause where queue = :queue and (until is null or until > :now)",
        {{"queue", every_queue}, {"now", now}});
    if (!found) return std::nullopt;
    auto& [until, reason, since] = *found;
    return task::pause{std::string(every_queue), until, std::move(reason), since};
}

void queue::put_back(const leased_task& task) {
    const held_task one{task.id, task.lease};
    give_back(task.owner, std::span(&one, 1));
}

std::vector<pause> queue::pauses() {
    const auto on = database_.borrow();
    std::vector<task::pause> result;
    for (auto& [queue, until, reason, since, by_outage] :
         on->query<std::string, std::optional<store::milliseconds_utc>, std::string, store::milliseconds_utc, bool>(
             "select t.queue, p.until, p.reason, p.since, 0 as by_outage from task_pause p"
             " join (select distinct queue from task) t on p.queue = '*' where p.until is null or p.until > :now"
             " union all select p.queue, p.until, p.reason, p.since, 0 from task_pause p"
             " where p.queue <> '*' and (p.until is null or p.until > :now) and not exists (select 1 from task_pause a"
             " where a.queue = '*' and (a.until is null or a.until > :now)"
             " and exists (select 1 from task t where t.queue = p.queue))"
             " union all select c.queue, c.until, c.reason, c.since, 1 from task_circuit c where " +
                 std::string(circuit_is_open) +
                 " and not exists (select 1 from task_pause t where t.queue in (c.queue, '*') and (t.until is null or "
                 "t.until "
                 "> :now))"
                 " order by queue",
             {{"now", clock_.now()}})) {
        if (by_outage) reason = message::phrase("reason_outage", {{"reason", reason}});
        result.push_back({std::move(queue), until, std::move(reason), since, by_outage});
    }
    return result;
}

void queue::probe_now(std::string_view queue) {
    database_.transact([&](store::connection& on) {
        task::probe_now(on, queue, clock_.now());
        store::listener::say(on, wake_up_channel, queue);
    });
}

std::optional<store::milliseconds_utc> queue::next_due(std::string_view queue) {
    const auto on = database_.borrow();
    std::optional<store::milliseconds_utc> not_before;
    for (const auto& [until] : on->query<std::optional<store::milliseconds_utc>>(
             "select until from task_pause where queue in (:queue, '*') and (until is null or until > :now)"
             " union all select c.until from task_circuit c where c.queue = :queue and " +
                 std::string(circuit_is_open),
             {{"queue", queue}, {"now", clock_.now()}})) {
        if (!until) return std::nullopt;
        not_before = std::max(not_before.value_or(0), *until);
    }
    const auto due = on->query<store::milliseconds_utc>(next_of_each_lane(), {{"queue", queue}});
    if (due.empty()) return std::nullopt;
    return std::max(std::get<0>(*std::min_element(due.begin(), due.end())), not_before.value_or(0));
}

bool queue::idle(store::milliseconds_utc up_to) {
    return database_.borrow()->scalar<bool>(
               R"(select case when exists (select 1 from task where state = 1)
                      or exists (select 1 from task t where t.state = 0 and t.due <= :up_to and not exists (
                             select 1 from task_pause p where p.queue in (t.queue, '*') and (p.until is null or p.until > :now))
                         and not exists (select 1 from task_circuit c where c.queue = t.queue and )" +
                   std::string(circuit_is_open) + ")) then 0 else 1 end",
               {{"up_to", up_to}, {"now", up_to}}) == true;
}

bool queue::idle() { return idle(clock_.now()); }

}  // namespace commhost::task
