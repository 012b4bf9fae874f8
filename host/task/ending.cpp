#include "store/json_rows.hpp"
#include "task/circuit.hpp"
#include "task/lock.hpp"
#include "task/queue.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace commhost::task {

namespace {

/// What the owner was given, as rows of a statement.
struct given {
    given(store::dialect dialect, std::span<const leased_task> tasks) {
        using store::column;
        for (const auto& each : tasks) rows.add(each.id, each.lease);
        still_held = "state = 1 and (id, lease) in (select r.id, r.lease from " +
                     store::json_rows::table(dialect, ":rows", {{"id", column::integer}, {"lease", column::integer}}) +
                     " r)";
    }

    store::json_rows rows;
    std::string still_held;
};

std::set<task_id> ids_of(store::connection& on, const std::string& sql, std::initializer_list<store::parameter> with) {
    std::set<task_id> result;
    for (const auto& [id] : on.query<task_id>(sql, with)) result.insert(id);
    return result;
}

/// Deletes those that were not enqueued again, in one statement, which on PostgreSQL locks several by key as lock_by_key() does.
std::set<task_id> remove_done(store::connection& on, std::span<const leased_task> tasks) {
    const given of(on.dialect(), tasks);
    const bool locks = tasks.size() > 1 && on.dialect() == store::dialect::postgresql;
    return ids_of(on,
                  locks ? "with locked as materialized (select id from task where " + of.still_held +
                              " order by key for update)"
                              " delete from task where again_due is null and id in (select id from locked) returning id"
                        : "delete from task where again_due is null and " + of.still_held + " returning id",
                  {{"rows", of.rows.json()}});
}

/// Queues those that were enqueued again. After remove_done(): a key that somebody enqueues in between is either noted in
/// the row, so that the row is not deleted and found here, or comes after the deletion and is a new row.
std::set<task_id> queue_again(store::connection& on, std::span<const leased_task> tasks, store::milliseconds_utc now) {
    const given of(on.dialect(), tasks);
    return ids_of(
        on,
        R"(update task set state = 0, created = :now, due = again_due, again_due = null, attempts = 0, tries = 0, crashes = 0,
               owner = null, started = null, error_code = null, error_text = null, error_time = null, outage = 0
           where again_due is not null and )" +
            of.still_held + " returning id",
        {{"now", now}, {"rows", of.rows.json()}});
}

std::vector<ending> complete_all(store::connection& on, std::span<const leased_task> tasks,
                                 store::milliseconds_utc now) {
    const auto gone = remove_done(on, tasks);
    std::set<task_id> queued;
    if (gone.size() < tasks.size()) queued = queue_again(on, tasks, now);
    std::vector<ending> result;
    std::set<std::string_view> answered;
    for (const auto& done : tasks) {
        result.push_back(gone.contains(done.id)     ? ending::gone
                         : queued.contains(done.id) ? ending::queued
                                                    : ending::lease_lost);
        if (done.after_outage && result.back() != ending::lease_lost) answered.insert(done.queue);
    }
    for (const auto queue : answered) note_answer(on, queue, now);
    return result;
}

}  // namespace

ending queue::complete(const leased_task& task) { return complete(std::span(&task, 1)).front(); }

std::vector<ending> queue::complete(std::span<const leased_task> tasks) {
    // Mostly there is nothing to do but to delete them, for which one statement is enough.
    std::set<task_id> gone;
    if (std::none_of(tasks.begin(), tasks.end(), [](const auto& each) { return each.after_outage; }))
        gone = database_.in_one_statement([&](store::connection& on) { return remove_done(on, tasks); });
    std::vector<leased_task> others;
    for (const auto& each : tasks)
        if (!gone.contains(each.id)) others.push_back(each);

    std::vector<ending> of_others;
    if (!others.empty())
        of_others = database_.transact([&](store::connection& on) { return complete_all(on, others, clock_.now()); });
    std::vector<ending> result;
    auto next = of_others.begin();
    for (const auto& each : tasks) result.push_back(gone.contains(each.id) ? ending::gone : *next++);
    return result;
}

ending queue::complete(store::connection& within, const leased_task& task) {
    return complete_all(within, std::span(&task, 1), clock_.now()).front();
}

ending queue::retry(const leased_task& task, const failure& why) {
    return database_.transact([&](store::connection& on) { return retry(on, task, why); });
}

ending queue::retry(store::connection& within, const leased_task& task, const failure& why) {
    return end_with_error(within, task, why, another_try::allowed);
}

ending queue::fail(const leased_task& task, const failure& why) {
    return database_.transact([&](store::connection& on) { return fail(on, task, why); });
}

ending queue::fail(store::connection& within, const leased_task& task, const failure& why) {
    return end_with_error(within, task, why, another_try::useless);
}

ending queue::end_with_error(store::connection& within, const leased_task& task, const failure& why, another_try next) {
    const auto now = clock_.now();
    const int attempts = task.attempts + (why.counted ? 1 : 0);
    const int tries = task.tries + 1;
    const bool is_last = next == another_try::useless || attempts >= settings_.most_attempts;
    // Tasks that were given the same time do not all come at that time either.
    const auto pause = why.earliest ? std::chrono::milliseconds(static_cast<std::int64_t>(
                                          random_() * static_cast<double>(settings_.back_off.base.count())))
                                    : settings_.back_off.after(tries, random_());
    const auto due = std::max(now, why.earliest.value_or(now)) + pause.count();

    const auto state = within.scalar<task::state>(
        R"(update task set
               state = case when :last = 1 and again_due is null then 3 else 0 end,
               attempts = case when :last = 1 and again_due is not null then 0 else cast(:attempts as bigint) end,
               tries = case when :last = 1 and again_due is not null then 0 else cast(:tries as bigint) end,
               due = case when :last = 1 and again_due is not null then again_due else cast(:due as bigint) end,
               again_due = case when :last = 1 or again_due <= :due then null else again_due end,
               owner = null, started = null,
               error_code = :code, error_text = :text, error_time = :now, outage = :outage
           where id = :id and lease = :lease and state = 1
           returning state)",
        {{"last", is_last},
         {"attempts", attempts},
         {"tries", tries},
         {"due", due},
         {"code", why.code},
         {"text", why.text},
         {"now", now},
         {"outage", why.outage},
         {"id", task.id},
         {"lease", task.lease}});
    if (!state) return ending::lease_lost;
    if (why.outage) {
        note_outage(within, task, why.text, settings_.circuit, random_(), now);
    } else if (task.after_outage) {
        note_answer(within, task.queue, now);
    }
    if (*state == state::failed) return ending::failed;
    return is_last ? ending::queued : ending::waiting;
}

}  // namespace commhost::task
