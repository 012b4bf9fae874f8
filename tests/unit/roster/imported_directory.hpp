#pragma once

#include "directory/migrations.hpp"
#include "directory/standing.hpp"
#include "roster/brake.hpp"
#include "roster/cause.hpp"
#include "roster/document.hpp"
#include "roster/held.hpp"
#include "roster/inverse.hpp"
#include "roster/last_read.hpp"
#include "roster/migrations.hpp"
#include "roster/plan.hpp"
#include "roster/undo.hpp"
#include "test_database.hpp"

#include <optional>
#include <string>
#include <utility>

namespace commhost::test {

/// A JSON document of the component "school"; rest: its lists.
inline roster::roster school(const std::string& scope, const std::string& rest) {
    return roster::read_document(R"({"format": "commhost-roster", "version": 1, "component": "school", "scope": ")" +
                                     scope + "\", " + rest + "}",
                                 "r.json");
}

/// A directory into which rosters are imported one after the other, as `roster apply` does it.
class imported_directory {
  public:
    imported_directory() {
        store::migrate(*database_, directory::migrations());
        store::migrate(*database_, roster::migrations());
    }

    directory::stored stored() { return directory::read_stored(sql(), source); }

    /// digest: of what was read; "" is like no read before it.
    roster::plan plan(roster::roster wanted, const std::string& digest = "") {
        const auto held = roster::held_of(sql(), source);
        auto made = roster::make_plan(std::move(wanted), stored(), source,
                                      {absent, now, held ? &*held : nullptr,
                                       !digest.empty() && roster::last_complete_read(sql(), source) == digest});
        made.from.digest = digest;
        return made;
    }

    /// What was held gets a number.
    std::optional<roster::held_id> apply(const roster::plan& plan) {
        ++now;
        const auto before = stored();
        const auto taken = roster::brake(plan.changes, before, directory::standing_members(sql(), source, now), limits,
                                         paused_until, now);
        return database_->transact([&](store::connection& on) {
            roster::before_apply waiting{roster::pending_of(on, source), {}};
            if (plan.complete) waiting.read = roster::last_complete_read(on, source).value_or("");
            if (!taken.applied.empty() || !taken.held.empty()) apply(on, taken.applied, before, "import", waiting);
            if (plan.complete) roster::keep_complete_read(on, source, plan.from.digest, now);
            return roster::replace_held(on, taken, before, now);
        });
    }

    std::optional<roster::held_id> import(roster::roster wanted, const std::string& digest = "") {
        return apply(plan(std::move(wanted), digest));
    }

    /// Returns how many were left out.
    std::size_t approve(roster::held_id id) {
        ++now;
        return database_->transact([&](store::connection& on) {
            auto approved = roster::approve(on, id);
            apply(on, approved.changes, directory::read_stored(on, source), roster::approval_cause(id), {});
            roster::decide(on, id, {roster::held_decision::approved, "ann", "looked at", now});
            return approved.left_out;
        });
    }

    roster::undone_held undo() {
        ++now;
        return database_->transact([&](store::connection& on) {
            const auto last = roster::find_undo(on, source);
            REQUIRE(roster::moved_since(on, last).empty());
            roster::before_apply waiting{roster::pending_of(on, source), {}};
            if (last.before.read) {
                waiting.read = roster::last_complete_read(on, source).value_or("");
                roster::keep_complete_read(on, source, *last.before.read, now);
            }
            apply(on, last.changes, directory::read_stored(on, source), roster::undo_cause(last.cause), waiting);
            return roster::undo_held(on, source, last.before.held, {roster::held_decision::undone, "ann", "", now});
        });
    }

    /// "p1 p2": who is in a course now, by id.
    std::string members(const std::string& course) {
        std::string found;
        for (const auto& [user] : sql().query<std::string>(
                 R"(select distinct u.external_id from directory_membership m
                      join directory_user u on u.id = m.user_id join directory_instance i on i.id = m.instance_id
                     where i.external_id = :id and i.status = 0 and u.status = 0 and m.status = 0
                     order by u.external_id)",
                 {{"id", course}}))
            found += (found.empty() ? "" : " ") + user;
        return found;
    }

    store::connection& sql() { return *connection_; }

    std::string source = "default";
    roster::absence_rules absent;
    roster::removal_limits limits;
    std::optional<store::milliseconds_utc> paused_until;
    store::milliseconds_utc now = 1000;

  private:
    void apply(store::connection& on, const directory::change_set& changes, const directory::stored& before,
               const std::string& cause, const roster::before_apply& waiting) {
        auto inverse = roster::inverse_of(changes, before);
        roster::add_pictures(on, inverse);
        directory::apply(on, changes, now);
        roster::keep_undo(on, {now, cause, waiting, std::move(inverse)});
    }

    test_database database_;
    store::database::lease connection_ = database_->borrow();
};

}  // namespace commhost::test
