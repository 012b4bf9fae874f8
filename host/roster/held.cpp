#include "roster/held.hpp"

#include "message/error.hpp"
#include "roster/change_set_json.hpp"
#include "roster/codes.hpp"
#include "roster/inverse.hpp"

#include <utility>

namespace commhost::roster {

namespace {

held_decision decision_of(std::string_view word) {
    for (const auto each : {held_decision::approved, held_decision::discarded})
        if (to_string(each) == word) return each;
    return held_decision::undone;
}

/// Forgets the changes that no undo can have wait again.
void forget_done_with(store::connection& on, std::string_view source) {
    constexpr std::string_view unwanted =
        "source = :source and not exists (select 1 from roster_undo u where u.held_before = roster_held.id)";
    on.execute("delete from roster_held where decision = 'replaced' and " + std::string(unwanted),
               {{"source", source}});
    on.execute("update roster_held set changes = '', was = '' where decision = 'undone' and " + std::string(unwanted),
               {{"source", source}});
}

// Which may have an undo wait again.
constexpr std::string_view is_laid_aside = "decision in ('replaced', 'undone') and changes <> ''";

std::vector<held_removals> select_held(store::connection& on, std::string_view which, std::optional<held_id> wanted) {
    std::vector<held_removals> found;
    for (auto& [id, source, at, removals, rooms, because, until] :
         on.query<held_id, std::string, store::milliseconds_utc, std::int64_t, std::int64_t, std::string,
                  std::optional<store::milliseconds_utc>>(
             "select id, source, at, removals, rooms, because, until from roster_held where " + std::string(which) +
                 " order by id",
             {{"id", wanted}}))
        found.push_back({id, std::move(source), at, removals, rooms, std::move(because), until});
    return found;
}

[[noreturn]] void refuse(held_id id) {
    throw message::error(ROSTER_HELD_UNKNOWN, {{"id", std::to_string(static_cast<std::int64_t>(id))}});
}

}  // namespace

std::string_view to_string(held_decision decision) {
    switch (decision) {
        case held_decision::approved: return "approved";
        case held_decision::discarded: return "discarded";
        case held_decision::undone: return "undone";
    }
    return "?";
}

std::vector<held_removals> list_held(store::connection& on) {
    return select_held(on, "decision = '' and cast(:id as bigint) is null", std::nullopt);
}

std::vector<decided_removals> list_decided(store::connection& on, std::int64_t most) {
    std::vector<decided_removals> found;
    for (auto& [id, source, at, removals, rooms, because, until, decision, by, reason, decided_at] :
         on.query<held_id, std::string, store::milliseconds_utc, std::int64_t, std::int64_t, std::string,
                  std::optional<store::milliseconds_utc>, std::string, std::string, std::string,
                  store::milliseconds_utc>(
             "select id, source, at, removals, rooms, because, until, decision, decided_by, reason, decided_at from "
             "roster_held where decision in ('approved', 'discarded', 'undone') order by decided_at desc, id desc "
             "limit :most",
             {{"most", most}}))
        found.push_back({{id, std::move(source), at, removals, rooms, std::move(because), until},
                         {decision_of(decision), std::move(by), std::move(reason), decided_at}});
    return found;
}

held_removals find_held(store::connection& on, held_id id) {
    for (auto& each : list_held(on))
        if (each.id == id) return std::move(each);
    refuse(id);
}

std::optional<held_id> pending_of(store::connection& on, std::string_view source) {
    return on.scalar<held_id>("select id from roster_held where source = :source and decision = '' order by id desc",
                              {{"source", source}});
}

std::optional<directory::change_set> held_of(store::connection& on, std::string_view source) {
    const auto text = on.scalar<std::string>(
        "select changes from roster_held where source = :source and decision = '' order by id desc",
        {{"source", source}});
    if (!text) return std::nullopt;
    return change_set_of(*text, "roster_held");
}

std::optional<held_id> replace_held(store::connection& on, const braked& taken, const directory::stored& stored,
                                    store::milliseconds_utc now) {
    const auto& held = taken.held;
    on.execute("update roster_held set decision = 'replaced' where source = :source and decision = ''",
               {{"source", held.source}});
    forget_done_with(on, held.source);
    if (held.empty()) return std::nullopt;
    const auto because = taken.everything_because.value_or(held_because::room);
    return on.scalar<held_id>("insert into roster_held (source, at, removals, rooms, because, until, changes, was) "
                              "values (:source, :at, :removals, :rooms, :because, :until, :changes, :was) returning id",
                              {{"source", held.source},
                               {"at", now},
                               {"removals", taken.held_removals},
                               {"rooms", taken.rooms.size()},
                               {"because", to_string(because)},
                               {"until", taken.until},
                               {"changes", to_text(held)},
                               {"was", to_text(inverse_of(held, stored))}});
}

approved approve(store::connection& on, held_id id) {
    directory::lock_revision(on);
    const auto row = on.first<std::string, std::string>(
        "select changes, was from roster_held where id = :id and decision = ''", {{"id", id}});
    if (!row) refuse(id);
    const auto& [changes, was] = *row;
    auto held = change_set_of(changes, "roster_held");
    const auto now = directory::read_stored(on, held.source);
    auto standing = still_standing(std::move(held), change_set_of(was, "roster_held"), now);
    auto inverse = inverse_of(standing.changes, now);
    return {std::move(standing.changes), standing.left_out, std::move(inverse)};
}

void decide(store::connection& on, held_id id, const decided& how) {
    // A plan that was made before may carry what is decided now. First, as everybody who changes the directory has it.
    directory::move_revision(on);
    if (on.execute(
            "update roster_held set decision = :decision, decided_by = :by, decided_at = :at, reason = :reason, "
            "changes = '', was = '' where id = :id and decision = ''",
            {{"decision", to_string(how.what)}, {"by", how.by}, {"at", how.at}, {"reason", how.reason}, {"id", id}}) ==
        0)
        refuse(id);
}

std::optional<held_removals> find_laid_aside(store::connection& on, held_id id) {
    auto found = select_held(on, "id = :id and " + std::string(is_laid_aside), id);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

undone_held undo_held(store::connection& on, std::string_view source, std::optional<held_id> before,
                      const decided& how) {
    undone_held result;
    if (const auto pending = pending_of(on, source); pending && pending != before) {
        result.dropped = find_held(on, *pending);
        on.execute("update roster_held set decision = :decision, decided_by = :by, decided_at = :at, reason = :reason "
                   "where id = :id",
                   {{"decision", to_string(held_decision::undone)},
                    {"by", how.by},
                    {"at", how.at},
                    {"reason", how.reason},
                    {"id", *pending}});
    }
    if (before && on.execute("update roster_held set decision = '', decided_by = '', decided_at = null, reason = '' "
                             "where id = :id and " +
                                 std::string(is_laid_aside),
                             {{"id", *before}}) > 0)
        result.again = find_held(on, *before);
    directory::move_revision(on);
    return result;
}

}  // namespace commhost::roster
