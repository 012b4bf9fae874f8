#include "task/schedule.hpp"

#include "message/error.hpp"
#include "store/json_rows.hpp"
#include "task/codes.hpp"

#include <algorithm>
#include <utility>

namespace commhost::task {

schedule::schedule(store::database& database, const store::clock& clock, random_source random)
    : database_(database), clock_(clock), random_(std::move(random)) {}

store::milliseconds_utc schedule::next_after(store::milliseconds_utc now, std::int64_t interval,
                                             std::int64_t jitter) const {
    return now + interval + static_cast<std::int64_t>(random_() * static_cast<double>(jitter));
}

void schedule::add_or_keep(std::string_view name, std::chrono::milliseconds interval,
                           std::optional<std::chrono::milliseconds> jitter) {
    const auto most_jitter = jitter.value_or(interval / 10);
    database_.transact([&](store::connection& on) {
        on.execute(R"(
            insert into task_schedule (name, period, jitter, next_due) values (:name, :period, :jitter, :next)
            on conflict (name) do update set
                period = excluded.period,
                jitter = excluded.jitter,
                next_due = case when excluded.next_due < task_schedule.next_due
                                then excluded.next_due else task_schedule.next_due end
            where task_schedule.period <> excluded.period or task_schedule.jitter <> excluded.jitter)",
                   {{"name", name},
                    {"period", interval.count()},
                    {"jitter", most_jitter.count()},
                    {"next", next_after(clock_.now(), interval.count(), most_jitter.count())}});
    });
}

/// When a job that is due may begin: as soon as it is due, or, if it has waited for the window, a part of the jitter after that
/// opened. None while the window is closed.
std::optional<store::milliseconds_utc> schedule::beginning(const window& within, store::milliseconds_utc due,
                                                           std::int64_t jitter, store::milliseconds_utc now) const {
    if (!within.contains(now)) return std::nullopt;
    const auto opened = within.opened(now);
    if (!opened || due >= *opened) return due;
    return next_after(*opened, 0, std::min<std::int64_t>(jitter, within.length().count()));
}

std::vector<std::string> schedule::due(store::connection& within,
                                       const std::function<window(std::string_view name)>& window_of) {
    using store::column;
    const auto now = clock_.now();
    // On PostgreSQL a host passes by what another one is claiming at this moment; SQLite has one writer at a time.
    const std::string lock = within.dialect() == store::dialect::postgresql ? " for update skip locked" : "";
    std::vector<std::string> names;
    store::json_rows rows;
    for (auto& [name, interval, jitter, due] :
         within.query<std::string, std::int64_t, std::int64_t, store::milliseconds_utc>(
             "select name, period, jitter, next_due from task_schedule where next_due <= :now order by next_due, name" +
                 lock,
             {{"now", now}})) {
        const auto begins = window_of ? beginning(window_of(name), due, jitter, now) : due;
        if (!begins) continue;
        // What was drawn is kept as the time at which the job is due, so that all hosts, and this one, go by it.
        const bool claimed = *begins <= now;
        rows.add(name, claimed ? next_after(now, interval, jitter) : *begins, claimed);
        if (claimed) names.push_back(std::move(name));
    }
    if (!rows.empty())
        within.execute("update task_schedule set next_due = r.next_due,"
                       " last_due = case when r.claimed = 1 then cast(:now as bigint) else last_due end from " +
                           store::json_rows::table(
                               within.dialect(), ":rows",
                               {{"name", column::text}, {"next_due", column::integer}, {"claimed", column::integer}}) +
                           " r where task_schedule.name = r.name",
                       {{"now", now}, {"rows", rows.json()}});
    return names;
}

std::optional<store::milliseconds_utc> schedule::next_due() {
    const auto found =
        database_.borrow()->first<std::optional<store::milliseconds_utc>>("select min(next_due) from task_schedule");
    return found ? std::get<0>(*found) : std::nullopt;
}

void schedule::run_now(std::string_view name) {
    database_.transact([&](store::connection& on) {
        const auto changed = on.execute(R"(update task_schedule set next_due =
                                               case when next_due < :now then next_due else cast(:now as bigint) end
                                           where name = :name)",
                                        {{"now", clock_.now()}, {"name", name}});
        if (changed == 0) throw message::error(SCHEDULE_UNKNOWN, {{"job", std::string(name)}});
    });
}

void schedule::remove(std::string_view name) {
    database_.transact([&](store::connection& on) {
        on.execute("delete from task_schedule where name = :name", {{"name", name}});
    });
}

std::vector<periodic_job> schedule::list() {
    const auto on = database_.borrow();
    std::vector<periodic_job> result;
    for (auto& [name, interval, jitter, next, last] :
         on->query<std::string, std::int64_t, std::int64_t, store::milliseconds_utc,
                   std::optional<store::milliseconds_utc>>(
             "select name, period, jitter, next_due, last_due from task_schedule order by name"))
        result.push_back(
            {std::move(name), std::chrono::milliseconds(interval), std::chrono::milliseconds(jitter), next, last});
    return result;
}

}  // namespace commhost::task
