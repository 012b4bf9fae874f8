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

std::vector<ending> complete_all(store::connection& on, std::span<const leased_task> tasks,
                                 store::milliseconds_utc now) {
    using store::column;
    if (tasks.empty()) return {};
    store::json_rows rows;
    for (const auto& done : tasks) rows.add(done.id, done.lease);
    const auto table =
        store::json_rows::table(on.dialect(), ":rows", {{"id", column::integer}, {"lease", column::integer}});
    const auto held = "state = 1 and (id, lease) in (select r.id, r.lease from " + table + " r)";
    const auto ids = [](const std::vector<std::tuple<task_id>>& found) {
        std::set<task_id> result;
        for (const auto& [id] : found) result.insert(id);
        return result;
    };

    if (tasks.size() > 1) lock_by_key(on, held, {{"rows", rows.json()}});

    // In this order: a key that somebody enqueues in between is either noted in the row, so that the row is not deleted
    // and the second statement finds it, or comes after the deletion and is a new row.
    const auto gone = ids(on.query<task_id>("delete from task where again_due is null and " + held + " returning id",
                                            {{"rows", rows.json()}}));
    std::set<task_id> queued;
    if (gone.size() < tasks.size())
        queued = ids(on.query<task_id>(R"(
            update task set state = 0, created = :now, due = again_due, again_due = null, attempts = 0, tries = 0, crashes = 0,
                owner = null, started = null, error_code = null, error_text = null, error_time = null, outage = 0
            where again_due is not null and )" +
                                           held + " returning id",
                                       {{"now", now}, {"rows", rows.json()}}));
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
    return database_.transact([&](store::connection& on) { return complete_all(on, tasks, clock_.now()); });
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
