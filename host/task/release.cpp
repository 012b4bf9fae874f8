#include "message/error.hpp"
#include "store/json_rows.hpp"
#include "task/codes.hpp"
#include "task/lock.hpp"
#include "task/queue.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace commhost::task {

namespace {

// Everybody locks an owner before that owner's tasks, so that no two wait for each other.
void forget(store::connection& on, std::string_view owner) {
    on.execute("delete from task_owner where name = :owner", {{"owner", owner}});
}

/// held: which tasks, told by :rows.
std::int64_t queue_again(store::connection& on, const std::string& held, const store::json_rows& rows,
                         store::milliseconds_utc now) {
    lock_by_key(on, held, {{"rows", rows.json()}});
    return on.execute("update task set state = 0, owner = null, started = null,"
                      " again_due = case when again_due <= :now then null else again_due end where " +
                          held,
                      {{"now", now}, {"rows", rows.json()}});
}

}  // namespace

released queue::release(std::string_view owner, std::string_view why) {
    return database_.transact([&](store::connection& on) { return release(on, owner, why); });
}

released queue::release(store::connection& within, std::string_view owner, std::string_view why) {
    using store::column;
    forget(within, owner);
    const auto now = clock_.now();
    lock_by_key(within, "owner = :owner and state = 1", {{"owner", owner}});
    auto held = within.query<task_id, int, int, int, store::milliseconds_utc, std::optional<store::milliseconds_utc>,
                             std::string>(
        "select id, attempts, tries, crashes, due, again_due, payload from task where owner = :owner and state = 1 "
        "order by id",
        {{"owner", owner}});
    released result;
    if (held.empty()) return result;

    store::json_rows rows;
    for (auto& [id, attempts, tries, crashes, due, again_due, payload] : held) {
        ++crashes;
        auto state = state::queued;
        if (crashes > 1) due = now + settings_.back_off.after(crashes - 1, random_()).count();
        if (crashes >= settings_.most_crashes) {
            if (again_due) {  // As if its key had been enqueued after the failure.
                due = *again_due;
                attempts = tries = 0;
                crashes = 1;
            } else {
                state = state::failed;
            }
        }
        if (again_due && *again_due <= std::max(due, now)) again_due.reset();
        if (state == state::failed) {
            result.failed.push_back(std::move(payload));
        } else {
            ++result.queued;
        }
        rows.add(id, state, attempts, tries, crashes, due, again_due);
    }
    result.why = message::error(TASK_CRASHED, {{"reason", std::string(why)}}).text();
    within.execute(
        "update task set state = r.state, attempts = r.attempts, tries = r.tries, crashes = r.crashes, due = r.due,"
        " again_due = r.again_due, owner = null, started = null, error_code = :code, error_text = :text,"
        " error_time = :now from " +
            store::json_rows::table(within.dialect(), ":rows",
                                    {{"id", column::integer},
                                     {"state", column::integer},
                                     {"attempts", column::integer},
                                     {"tries", column::integer},
                                     {"crashes", column::integer},
                                     {"due", column::integer},
                                     {"again_due", column::integer}}) +
            " r where task.id = r.id",
        {{"code", TASK_CRASHED.id()}, {"text", result.why}, {"now", now}, {"rows", rows.json()}});
    return result;
}

std::int64_t queue::release_gracefully(std::string_view owner) {
    return database_.transact([&](store::connection& on) {
        forget(on, owner);
        return give_back_all(on, std::array{std::string(owner)});
    });
}

std::int64_t queue::expire_leases(std::span<const std::string> alive) {
    store::json_rows rows;
    for (const auto& owner : alive) rows.add(owner);
    return database_.transact([&](store::connection& on) -> std::int64_t {
        std::vector<std::string> owners;
        for (auto& [name] : on.query<std::string>(
                 "delete from task_owner where until < :now and name not in (select r.owner from " +
                     store::json_rows::table(on.dialect(), ":rows", {{"owner", store::column::text}}) +
                     " r) returning name",
                 {{"now", clock_.now()}, {"rows", rows.json()}}))
            owners.push_back(std::move(name));
        return owners.empty() ? 0 : give_back_all(on, owners);
    });
}

std::int64_t queue::give_back(std::string_view owner, std::span<const held_task> tasks) {
    using store::column;
    store::json_rows rows;
    for (const auto& each : tasks) rows.add(owner, each.id, each.lease);
    return database_.transact([&](store::connection& on) {
        return queue_again(on,
                           "state = 1 and (owner, id, lease) in (select r.owner, r.id, r.lease from " +
                               store::json_rows::table(
                                   on.dialect(), ":rows",
                                   {{"owner", column::text}, {"id", column::integer}, {"lease", column::integer}}) +
                               " r)",
                           rows, clock_.now());
    });
}

std::int64_t queue::give_back_all(store::connection& within, std::span<const std::string> owners) {
    store::json_rows rows;
    for (const auto& owner : owners) rows.add(owner);
    return queue_again(within,
                       "state = 1 and owner in (select r.owner from " +
                           store::json_rows::table(within.dialect(), ":rows", {{"owner", store::column::text}}) + " r)",
                       rows, clock_.now());
}

std::vector<owner> queue::owners() {
    const auto on = database_.borrow();
    std::vector<owner> result;
    for (auto& [name, until, tasks] : on->query<std::string, store::milliseconds_utc, std::int64_t>(
             R"(select o.name, o.until, count(t.id) from task_owner o
                left join task t on t.owner = o.name and t.state = 1
                group by o.name, o.until order by o.name)"))
        result.push_back({std::move(name), until, tasks});
    return result;
}

}  // namespace commhost::task
