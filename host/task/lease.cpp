#include "store/json_rows.hpp"
#include "task/circuit.hpp"
#include "task/queue.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace commhost::task {

namespace {

/// Whose turn it is: the lanes of 20 leases that follow each other. No two of them are for other lanes than
/// interactive.
constexpr auto turns = [] {
    constexpr auto i = lane::interactive, r = lane::roster, p = lane::periodic, c = lane::clean_up;
    return std::array{i, r, i, p, i, i, r, i, c, i, i, r, i, r, i, i, p, i, r, i};
}();

using lane_shares = std::array<int, lane_count>;

lane_shares shares(std::uint64_t first_turn, int most) {
    lane_shares result{};
    for (int slot = 0; slot < most; ++slot)
        ++result[static_cast<std::size_t>(turns[(first_turn + static_cast<std::uint64_t>(slot)) % turns.size()])];
    return result;
}

/// Of the task t: no other task of its line runs, and none of its queue is ready that was due before it.
constexpr std::string_view line_is_free = R"((t.line is null or not exists (
    select 1 from task o where o.line = t.line and o.state < 2 and o.id <> t.id
        and (o.state = 1 or (o.queue = t.queue and o.due <= :now and (o.due < t.due or (o.due = t.due and o.id < t.id))))))
)";

/// On PostgreSQL others lease at the same time. They pass by the rows that one of them has locked, and the lines: two
/// could see two tasks of one line as free, each not seeing yet what the other one takes. The line's lock lasts until
/// the transaction ends, and whoever has it looks again (take()). The number is arbitrary but commhost's own; two lines
/// with the same hash only wait for each other. SQLite has one writer at a time.
struct locking {
    explicit locking(store::dialect dialect)
        : row(dialect == store::dialect::sqlite ? "" : " for update of t skip locked"),
          line(dialect == store::dialect::sqlite
                   ? "true"
                   : "(p.line is null or pg_try_advisory_xact_lock(74218409, hashtext(p.line)))") {}

    std::string row;
    std::string line;
};

/// A table of up to :most ready tasks: the best of each lane up to the lane's share, then what else the lanes have, the better lane
/// first. They are to run by beyond, lane, place. provided: where that is not so, none is read and none locked.
std::string ready_tasks(store::dialect dialect, std::string_view provided) {
    const locking lock(dialect);
    std::string lanes;
    for (int number = 0; number < lane_count; ++number) {
        if (number != 0) lanes += " union all ";
        lanes += "select l.id, l.line, l.lane, row_number() over (order by l.due, l.id) as place from (" +
                 std::string("select t.id, t.line, t.lane, t.due from task t where t.queue = :queue and t.state = 0") +
                 " and t.lane = " + std::to_string(number) + " and t.due <= :now and t.crashes = 0 and " +
                 std::string(provided) + " and " + std::string(line_is_free) + " order by t.due, t.id limit :most" +
                 lock.row + ") l";
    }
    return R"(
        select p.id, p.beyond, p.lane, p.place from (
            select c.id, c.line, c.lane, c.place,
                case when c.place > case c.lane when 0 then cast(:share_0 as bigint) when 1 then cast(:share_1 as bigint)
                                                when 2 then cast(:share_2 as bigint) else cast(:share_3 as bigint) end
                     then 1 else 0 end as beyond
            from ()" +
           lanes + R"() c order by beyond, c.lane, c.place limit :most) p
        where )" +
           lock.line;
}

/// The suspect that is to run next: no lane, since it has waited for its worker's death already.
std::string ready_suspect(const locking& lock) {
    return "select p.id from (select t.id, t.line from task t where t.queue = :queue and t.state = 0 and t.crashes > 0"
           " and t.due <= :now and " +
           std::string(line_is_free) + " order by t.due, t.id limit 1" + lock.row + ") p where " + lock.line;
}

const std::string leased_columns =
    "id, lease, kind, queue, key, line, lane, payload, attempts, tries, crashes, owner, started";

/// sql gives the leased_columns.
std::vector<leased_task> leased_tasks(store::connection& on, const std::string& sql,
                                      std::initializer_list<store::parameter> with) {
    std::vector<leased_task> result;
    for (auto& [id, lease, kind, queue, key, line, in_lane, payload, attempts, tries, crashes, owner, started] :
         on.query<task_id, lease_number, std::string, std::string, std::string, std::optional<std::string>, lane,
                  std::string, int, int, int, std::string, store::milliseconds_utc>(sql, with))
        result.push_back({id, lease, std::move(kind), std::move(queue), std::move(key), line.value_or(""), in_lane,
                          std::move(payload), attempts, tries, crashes, std::move(owner), started});
    return result;
}

/// Gives the tasks to the owner, except those whose line was taken between the statement that found them and this one.
/// The rows are locked and therefore still queued; to ask for that again would make PostgreSQL read all that are
/// queued. The owner holds them until that time; PostgreSQL writes that down on the same way to the server and back.
std::vector<leased_task> take(store::connection& on, const std::vector<std::tuple<task_id>>& found,
                              std::string_view owner, store::milliseconds_utc now, store::milliseconds_utc until) {
    if (found.empty()) return {};
    store::json_rows rows;
    std::map<task_id, std::size_t> places;
    for (const auto& [id] : found) {
        places.emplace(id, places.size());
        rows.add(id);
    }
    const auto take = "update task as t set state = 1, lease = lease + 1, owner = :owner, started = :now"
                      " where t.id in (select r.id from " +
                      store::json_rows::table(on.dialect(), ":rows", {{"id", store::column::integer}}) + " r) and " +
                      std::string(line_is_free) + " returning " + leased_columns;
    const std::string replace = " on conflict (name) do update set until = excluded.until";
    std::vector<leased_task> taken;
    if (on.dialect() == store::dialect::postgresql) {
        taken = leased_tasks(on,
                             "with taken as (" + take +
                                 "), kept as (insert into task_owner (name, until) "
                                 "select cast(:owner as text), cast(:until as bigint) where exists (select 1 from taken)" +
                                 replace + ") select " + leased_columns + " from taken",
                             {{"owner", owner}, {"until", until}, {"now", now}, {"rows", rows.json()}});
    } else {
        taken = leased_tasks(on, take, {{"owner", owner}, {"now", now}, {"rows", rows.json()}});
        if (!taken.empty())
            on.execute("insert into task_owner (name, until) values (:owner, :until)" + replace,
                       {{"owner", owner}, {"until", until}});
    }
    std::sort(taken.begin(), taken.end(),
              [&](const auto& one, const auto& other) { return places.at(one.id) < places.at(other.id); });
    return taken;
}

/// What decides whether the owner gets anything.
struct standing {
    bool closed_off = false;  ///< Paused, or the other side is away.
    bool probing = false;     ///< The other side was away, and one task may go and see.
    bool in_doubt = false;    ///< The newest that is known of it is an outage.
    bool suspects = false;    ///< Tasks that took their worker with them are ready.
    bool holds_any = false;
    bool holds_suspect = false;

    /// The owner may have what comes next.
    bool simple() const { return !closed_off && !probing && !suspects && !holds_suspect; }
};

const std::string standing_of_owner = R"(
    select (select count(*) from task_pause where queue in (:queue, '*') and (until is null or until > :now)) as pauses,
        case when )" + std::string(circuit_is_open) +
                                      R"( then 1 else 0 end as is_open,
        coalesce(c.openings, 0) as openings,
        coalesce(c.outages, 0) as outages,
        case when exists (select 1 from task s where s.queue = :queue and s.state = 0 and s.crashes > 0 and s.due <= :now)
             then 1 else 0 end as suspects,
        h.number as held,
        h.crashes as crashes
    from (select count(*) as number, coalesce(max(crashes), 0) as crashes from task where owner = :owner and state = 1) h
        left join task_circuit c on c.queue = :queue)";

/// The owner's standing, and what is ready where that is simple, on one way to the database and back.
struct first_look {
    standing is;
    std::vector<std::tuple<task_id>> ready;
};

first_look look(store::connection& on, std::string_view owner, std::string_view queue, store::milliseconds_utc now,
                int most, const lane_shares& share) {
    const std::string simple =
        "(select pauses + is_open + openings + suspects + crashes from standing) = 0";  // standing::simple()
    first_look result;
    for (const auto& [pauses, open, openings, outages, suspects, held, crashes, id] :
         on.query<std::int64_t, bool, std::int64_t, std::int64_t, bool, std::int64_t, std::int64_t,
                  std::optional<task_id>>(
             "with standing as materialized (" + standing_of_owner +
                 ") select s.pauses, s.is_open, s.openings, s.outages, s.suspects, s.held, s.crashes, r.id"
                 " from standing s left join (" +
                 ready_tasks(on.dialect(), simple) + ") r on true order by r.beyond, r.lane, r.place",
             {{"owner", owner},
              {"queue", queue},
              {"now", now},
              {"most", most},
              {"share_0", share[0]},
              {"share_1", share[1]},
              {"share_2", share[2]},
              {"share_3", share[3]}})) {
        result.is = {pauses > 0 || open, openings > 0, outages > 0, suspects, held > 0, crashes > 0};
        if (id) result.ready.emplace_back(*id);
    }
    return result;
}

/// What is ready, whatever the owner's standing.
std::vector<std::tuple<task_id>> look_again(store::connection& on, std::string_view queue, store::milliseconds_utc now,
                                            int most, const lane_shares& share) {
    return on.query<task_id>("select r.id from (" + ready_tasks(on.dialect(), "true") +
                                 ") r order by r.beyond, r.lane, r.place",
                             {{"queue", queue},
                              {"now", now},
                              {"most", most},
                              {"share_0", share[0]},
                              {"share_1", share[1]},
                              {"share_2", share[2]},
                              {"share_3", share[3]}});
}

}  // namespace

std::vector<leased_task> queue::lease(std::string_view owner, std::string_view queue, int most) {
    if (most < 1) return {};
    const auto give = [&](store::connection& on) -> std::vector<leased_task> {
        const auto now = clock_.now();
        const auto until = now + settings_.lease.count();
        auto [is, ready] = look(on, owner, queue, now, most, shares(turn_, most));
        if (is.closed_off || is.holds_suspect) return {};
        if (is.probing && !may_probe(on, queue, now)) return {};

        std::vector<leased_task> taken;
        if (is.suspects) {
            // Without its locks it is only looked for, to see whether the owner has to become free for it.
            const auto suspect =
                on.query<task_id>(ready_suspect(locking(is.holds_any ? store::dialect::sqlite : on.dialect())),
                                  {{"queue", queue}, {"now", now}});
            if (!suspect.empty() && is.holds_any) return {};
            taken = take(on, suspect, owner, now, until);
        }
        if (taken.empty()) {
            const int number = is.probing ? 1 : most;
            if (!is.simple()) ready = look_again(on, queue, now, number, shares(turn_, number));
            taken = take(on, ready, owner, now, until);
        }
        if (taken.empty()) return taken;
        if (is.probing) note_probe(on, taken.front(), until);
        for (auto& each : taken) each.after_outage = is.in_doubt;
        return taken;
    };
    // A loss of its power ends a SQLite's only host, and whoever would have leased the task. A server of PostgreSQL may forget what a
    // host of others goes on with.
    const bool dies_with_us = database_.dialect() == store::dialect::sqlite;
    auto leased = database_.transact(give, dies_with_us ? store::durability::soon : store::durability::at_once);
    turn_ += leased.size();
    return leased;
}

std::vector<held_task> queue::heartbeat(std::string_view owner) {
    return database_.transact([&](store::connection& on) {
        on.execute("update task_owner set until = :until where name = :owner",
                   {{"until", clock_.now() + settings_.lease.count()}, {"owner", owner}});
        std::vector<held_task> result;
        for (const auto& [id, lease] : on.query<task_id, lease_number>(
                 "select id, lease from task where owner = :owner and state = 1 order by id", {{"owner", owner}}))
            result.push_back({id, lease});
        return result;
    });
}

bool queue::holds(store::connection& within, const leased_task& task) {
    const std::string lock = within.dialect() == store::dialect::postgresql ? " for update" : "";
    return within
        .scalar<task_id>("select id from task where id = :id and lease = :lease and state = 1" + lock,
                         {{"id", task.id}, {"lease", task.lease}})
        .has_value();
}

std::vector<leased_task> queue::overdue() {
    const auto on = database_.borrow();
    return leased_tasks(*on,
                        "select " + leased_columns + " from task where state = 1 and started < :before order by id",
                        {{"before", clock_.now() - settings_.deadline.count()}});
}

}  // namespace commhost::task
