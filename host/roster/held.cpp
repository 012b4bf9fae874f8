#include "roster/held.hpp"

#include "message/error.hpp"
#include "roster/change_set_json.hpp"
#include "roster/codes.hpp"
#include "roster/inverse.hpp"

#include <utility>

namespace commhost::roster {

namespace {

[[noreturn]] void refuse(held_id id) {
    throw message::error(ROSTER_HELD_UNKNOWN, {{"id", std::to_string(static_cast<std::int64_t>(id))}});
}

}  // namespace

std::string_view to_string(held_decision decision) {
    switch (decision) {
        case held_decision::approved: return "approved";
        case held_decision::discarded: return "discarded";
    }
    return "?";
}

std::vector<held_removals> list_held(store::connection& on) {
    std::vector<held_removals> found;
    for (auto& [id, source, at, removals, rooms, because, until] :
         on.query<held_id, std::string, store::milliseconds_utc, std::int64_t, std::int64_t, std::string,
                  std::optional<store::milliseconds_utc>>(
             "select id, source, at, removals, rooms, because, until from roster_held where decision = '' order by id"))
        found.push_back({id, std::move(source), at, removals, rooms, std::move(because), until});
    return found;
}

held_removals find_held(store::connection& on, held_id id) {
    for (auto& each : list_held(on))
        if (each.id == id) return std::move(each);
    refuse(id);
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
    on.execute("delete from roster_held where source = :source and decision = ''", {{"source", held.source}});
    if (held.empty()) return std::nullopt;
    const auto because = taken.until           ? held_because::pause
                         : taken.rooms.empty() ? held_because::total
                                               : taken.rooms.front().because;
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
    if (on.execute(
            "update roster_held set decision = :decision, decided_by = :by, decided_at = :at, reason = :reason, "
            "changes = '', was = '' where id = :id and decision = ''",
            {{"decision", to_string(how.what)}, {"by", how.by}, {"at", how.at}, {"reason", how.reason}, {"id", id}}) ==
        0)
        refuse(id);
    // A plan that was made before may carry what is decided now.
    directory::move_revision(on);
}

}  // namespace commhost::roster
