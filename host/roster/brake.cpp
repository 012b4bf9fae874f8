#include "roster/brake.hpp"

#include "roster/departures.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace commhost::roster {

namespace {

using directory::instance_id;
using directory::instance_key;
using directory::membership_key;
using directory::membership_record;
using directory::membership_status;
using directory::stored_instance;
using directory::stored_user;
using directory::user_id;

bool above(const removal_limit& limit, std::size_t removals, std::size_t members, std::size_t fewest) {
    if (removals == 0) return false;
    if (limit.number && removals > static_cast<std::size_t>(*limit.number)) return true;
    return limit.share && members >= fewest &&
           static_cast<double>(removals) > *limit.share * static_cast<double>(members);
}

/// Which departures are too many, and what of the changes they come from.
class decision {
  public:
    decision(directory::change_set changes, const directory::stored& stored,
             std::span<const directory::standing_member> standing, const removal_limits& limits,
             std::optional<store::milliseconds_utc> paused_until, store::milliseconds_utc now,
             const std::set<user_id>& with_accounts)
        : changes_(std::move(changes)), stored_(stored), limits_(limits), now_(now), with_accounts_(with_accounts),
          going_(changes_, stored, standing, now) {
        result_.until = paused_until;
    }

    braked take() {
        result_.members = going_.members();
        result_.removals = going_.removals();
        count_accounts();
        if (result_.removals > 0) choose();
        result_.held.source = changes_.source;
        if (held_rooms_.empty() && !everything_) {
            result_.until.reset();
            result_.applied = std::move(changes_);
            return std::move(result_);
        }
        split();
        return std::move(result_);
    }

  private:
    void count_accounts() {
        for (const auto& row : stored_.users) {
            if (row.record.status != directory::user_status::active || !with_accounts_.contains(row.id)) continue;
            ++result_.accounts;
            if (going_.goes(row.id)) ++result_.closed_accounts;
        }
    }

    std::optional<held_because> why_everything() const {
        if (result_.until) return held_because::pause;
        if (above(limits_.total, result_.removals, result_.members, fewest_in_all)) return held_because::total;
        if (above(limits_.accounts, result_.closed_accounts, result_.accounts, fewest_accounts))
            return held_because::accounts;
        return std::nullopt;
    }

    void choose() {
        result_.everything_because = why_everything();
        everything_ = result_.everything_because.has_value();
        const auto why = result_.everything_because.value_or(held_because::room);
        for (const auto& [id, room] : going_.rooms()) {
            if (room.removals == 0) continue;
            if (everything_) {
                held_rooms_.emplace(id, why);
            } else if (above(limits_.per_room, room.removals, room.members, fewest_in_room)) {
                held_rooms_.emplace(id, held_because::room);
            }
        }
        for (const auto& of : going_.places()) {
            if (!held_rooms_.contains(of.first)) continue;
            ++result_.held_removals;
            held_users_.insert(of.second);
            held_places_.insert(of);
            if (const auto course = going_.course_of(of.first); going_.has_group_rooms(course)) {
                held_courses_.insert(course);
                held_places_.emplace(course, of.second);
            }
        }
        if (everything_) result_.held_removals = result_.removals;
        for (const auto& row : stored_.instances) {
            const auto held = held_rooms_.find(row.id);
            if (held == held_rooms_.end()) continue;
            const auto& room = going_.rooms().at(row.id);
            result_.rooms.push_back({row.record.key, row.record.name, room.members, room.removals, held->second});
            if (row.record.parent && (going_.goes(row.id) || held_courses_.contains(going_.course_of(row.id))))
                held_parents_.insert(*row.record.parent);
        }
    }

    bool holds(const stored_user& of) const {
        return going_.goes(of.id) && (everything_ || held_users_.contains(of.id));
    }
    bool holds(const stored_instance& of) const {
        return going_.goes(of.id) &&
               (everything_ || held_rooms_.contains(of.id) || held_parents_.contains(of.record.key));
    }
    /// The row takes part in a removal that is held: be it that it would only keep them there from some later day on.
    bool holds(const membership_key& key) const {
        const auto* row = find_membership(stored_, key);
        if (row == nullptr || row->status != membership_status::active || (row->ends && *row->ends <= now_))
            return false;
        return held_places_.contains({row->instance, going_.before(row->user)});
    }

    /// The row would be in force no more, or not for as long, or not for all groups.
    bool shortens(const membership_record& record) const {
        const auto* row = find_membership(stored_, record.key);
        if (row == nullptr) return false;
        return record.status != membership_status::active ||
               (going_.has_group_rooms(row->instance) && entitles(*row) &&
                !directory::entitles_to_all_groups(record.all_groups, record.room_role)) ||
               (record.ends && (!row->ends || *record.ends < *row->ends)) ||
               (record.begins && *record.begins > std::max(now_, row->begins.value_or(now_)));
    }

    void split() {
        auto& held = result_.held;
        move_if(changes_.users.deleted, held.users.deleted, [&](const std::string& key) {
            const auto* found = find_user(stored_, key);
            return found != nullptr && holds(*found);
        });
        move_if(changes_.instances.deleted, held.instances.deleted, [&](const instance_key& key) {
            const auto* found = find_instance(stored_, key);
            return found != nullptr && holds(*found);
        });
        std::erase_if(changes_.users.updated, [&](directory::user_record& record) {
            const auto* found = find_user(stored_, record.external_id);
            const bool leaves = going_.loses(record, found) && holds(*found);
            const bool parts =
                found != nullptr && going_.parts(*found) && held_users_.contains(going_.before(found->id));
            if (!leaves && !parts) return false;
            // A picture is no removal: what is held says nothing of it.
            held.users.updated.push_back(record);
            held.users.updated.back().picture.reset();
            if (leaves) record.status = found->record.status;
            record.merged_into = found->record.merged_into;
            return is_stored(record, found->record);
        });
        std::erase_if(changes_.instances.updated, [&](directory::instance_record& record) {
            const auto* found = find_instance(stored_, record.key);
            const bool moves =
                found != nullptr && departures::moves_rooms(record, *found) && held_courses_.contains(found->id);
            const bool changes_course =
                found != nullptr && going_.changes_course(record, *found) && held_rooms_.contains(found->id);
            const bool closes = departures::hides(record, found) && holds(*found);
            if (!moves && !changes_course && !closes) return false;
            held.instances.updated.push_back(record);
            held.instances.updated.back().picture.reset();
            if (moves) record.group_rooms.reset();
            if (changes_course) record.parent = found->record.parent;
            if (!closes) return false;
            record.status = found->record.status;
            if (departures::closes(record, *found)) record.provider.reset();
            return false;
        });
        move_if(changes_.memberships.deleted, held.memberships.deleted,
                [&](const membership_key& key) { return holds(key); });
        move_if(changes_.memberships.updated, held.memberships.updated,
                [&](const membership_record& record) { return shortens(record) && holds(record.key); });
        result_.applied = std::move(changes_);
    }

    template <class Row, class Choice>
    static void move_if(std::vector<Row>& from, std::vector<Row>& to, Choice&& choice) {
        const auto end = std::stable_partition(from.begin(), from.end(), [&](const Row& row) { return !choice(row); });
        to.insert(to.end(), std::make_move_iterator(end), std::make_move_iterator(from.end()));
        from.erase(end, from.end());
    }

    directory::change_set changes_;
    const directory::stored& stored_;
    const removal_limits& limits_;
    store::milliseconds_utc now_;
    const std::set<user_id>& with_accounts_;
    departures going_;
    bool everything_ = false;
    std::map<instance_id, held_because> held_rooms_;
    std::set<room_place> held_places_;
    std::set<instance_id> held_courses_;
    std::set<user_id> held_users_;
    std::set<instance_key> held_parents_;
    braked result_;
};

}  // namespace

std::string_view to_string(held_because why) {
    switch (why) {
        case held_because::room: return "room";
        case held_because::total: return "total";
        case held_because::accounts: return "accounts";
        case held_because::pause: return "pause";
    }
    return "?";
}

braked brake(directory::change_set changes, const directory::stored& stored,
             std::span<const directory::standing_member> standing, const removal_limits& limits,
             std::optional<store::milliseconds_utc> paused_until, store::milliseconds_utc now,
             const std::set<user_id>& with_accounts) {
    return decision(std::move(changes), stored, standing, limits, paused_until, now, with_accounts).take();
}

}  // namespace commhost::roster
