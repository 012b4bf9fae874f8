#include "roster/brake.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace commhost::roster {

namespace {

using directory::claim;
using directory::instance_id;
using directory::instance_key;
using directory::instance_status;
using directory::membership_key;
using directory::membership_record;
using directory::membership_status;
using directory::standing_member;
using directory::stored_instance;
using directory::stored_membership;
using directory::stored_user;
using directory::user_id;
using directory::user_status;

/// A membership that puts somebody into the room at that time, as directory::effective_members has it.
template <class Membership>
bool in_force(const Membership& membership, store::milliseconds_utc now) {
    return membership.status == membership_status::active && (!membership.begins || *membership.begins <= now) &&
           (!membership.ends || *membership.ends > now);
}

/// For how long memberships put somebody into the room without a break from now on. A value: rows are added in any order.
class stay {
  public:
    template <class Membership>
    void add(const Membership& membership, store::milliseconds_utc now) {
        if (membership.status != membership_status::active || membership.ends.value_or(for_ever) <= now) return;
        periods_.emplace_back(membership.begins.value_or(now), membership.ends.value_or(for_ever));
    }

    /// Now, where there is nothing that begins by then.
    store::milliseconds_utc until(store::milliseconds_utc now) {
        std::sort(periods_.begin(), periods_.end());
        auto end = now;
        for (const auto& [begins, ends] : periods_) {
            if (begins > end) break;
            end = std::max(end, ends);
        }
        return end;
    }

  private:
    static constexpr auto for_ever = std::numeric_limits<store::milliseconds_utc>::max();
    std::vector<std::pair<store::milliseconds_utc, store::milliseconds_utc>> periods_;
};

bool above(const removal_limit& limit, std::size_t removals, std::size_t members, std::size_t fewest) {
    if (removals == 0) return false;
    if (limit.number && removals > static_cast<std::size_t>(*limit.number)) return true;
    return limit.share && members >= fewest &&
           static_cast<double>(removals) > *limit.share * static_cast<double>(members);
}

using pair = std::pair<instance_id, user_id>;

class decision {
  public:
    decision(directory::change_set changes, const directory::stored& stored, std::span<const standing_member> standing,
             const removal_limits& limits, std::optional<store::milliseconds_utc> paused_until,
             store::milliseconds_utc now)
        : changes_(std::move(changes)), stored_(stored), standing_(standing), limits_(limits), now_(now) {
        result_.until = paused_until;
    }

    braked take() {
        find_who_goes();
        count();
        if (result_.removals > 0) choose();
        result_.members = standing_.size();
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
    const stored_user* user(const std::string& external_id) const {
        const auto& all = stored_.users;
        const auto at = std::lower_bound(all.begin(), all.end(), external_id,
                                         [](const auto& row, const auto& key) { return row.record.external_id < key; });
        return at == all.end() || at->record.external_id != external_id ? nullptr : &*at;
    }

    const stored_instance* instance(const instance_key& key) const {
        const auto& all = stored_.instances;
        const auto at = std::lower_bound(all.begin(), all.end(), key,
                                         [](const auto& row, const auto& wanted) { return row.record.key < wanted; });
        return at == all.end() || at->record.key != key ? nullptr : &*at;
    }

    std::optional<pair> pair_of(const membership_key& key) const {
        const auto* in = instance(key.instance);
        const auto* who = user(key.user);
        if (in == nullptr || who == nullptr) return std::nullopt;
        return pair(in->id, who->id);
    }

    std::span<const stored_membership> memberships_of(const pair& of) const {
        const auto& all = stored_.memberships;
        const auto from = std::lower_bound(all.begin(), all.end(), of, [](const auto& row, const pair& key) {
            return pair(row.instance, row.user) < key;
        });
        auto to = from;
        while (to != all.end() && pair(to->instance, to->user) == of) ++to;
        return {from, to};
    }

    const stored_membership* membership(const membership_key& key) const {
        const auto of = pair_of(key);
        if (!of) return nullptr;
        for (const auto& row : memberships_of(*of))
            if (row.reference == key.reference) return &row;
        return nullptr;
    }

    /// Persons and instances that go as such, and pairs that memberships alone part.
    void find_who_goes() {
        for (const auto& key : changes_.users.deleted)
            if (const auto* found = user(key);
                found != nullptr && found->record.status == user_status::active && found->claim == claim::own)
                going_users_.insert(found->id);
        for (const auto& record : changes_.users.updated)
            if (const auto* found = user(record.external_id); suspends(record, found)) going_users_.insert(found->id);
        for (const auto& key : changes_.instances.deleted)
            if (const auto* found = instance(key);
                found != nullptr && found->record.status == instance_status::active && found->claim == claim::own)
                going_instances_.insert(found->id);
        for (const auto& record : changes_.instances.updated)
            if (const auto* found = instance(record.key); hides(record, found)) going_instances_.insert(found->id);

        find_parted();
    }

    /// By memberships that are new, as they shall be, or left as they are.
    void find_parted() {
        std::map<pair, stay> after;  // Of those of whom a membership changes.
        std::set<std::tuple<instance_id, user_id, std::string>> changed;
        const auto change = [&](const membership_key& key) {
            const auto of = pair_of(key);
            if (!of) return;
            changed.emplace(of->first, of->second, key.reference);
            after.try_emplace(*of);
        };
        for (const auto& key : changes_.memberships.deleted) change(key);
        for (const auto& record : changes_.memberships.updated) change(record.key);
        for (const auto* records : {&changes_.memberships.inserted, &changes_.memberships.updated})
            for (const auto& record : *records) {
                const auto of = pair_of(record.key);
                const auto found = of ? after.find(*of) : after.end();
                if (found != after.end()) found->second.add(record, now_);
            }
        for (auto& [of, then] : after) {
            stay before;
            for (const auto& row : memberships_of(of)) {
                before.add(row, now_);
                if (!changed.contains({row.instance, row.user, row.reference})) then.add(row, now_);
            }
            const auto until = then.until(now_);
            if (until < before.until(now_) && until <= now_ + soon.count()) parted_.insert(of);
        }
    }

    static bool suspends(const directory::user_record& record, const stored_user* found) {
        return found != nullptr && found->record.status == user_status::active && record.status != user_status::active;
    }
    static bool hides(const directory::instance_record& record, const stored_instance* found) {
        return found != nullptr && found->record.status == instance_status::active &&
               (record.status != instance_status::active || closes(record, *found));
    }
    /// A room that is given no provider any more is emptied.
    static bool closes(const directory::instance_record& record, const stored_instance& found) {
        return record.provider == directory::no_provider && found.record.provider != directory::no_provider;
    }

    void count() {
        std::set<user_id> from_a_room;
        std::set<instance_id> with_members;
        for (const auto& member : standing_) {
            auto& room = rooms_[member.instance];
            ++room.members;
            const pair of(member.instance, member.user);
            if (!going_instances_.contains(member.instance) && !going_users_.contains(member.user) &&
                (member.elsewhere || !parted_.contains(of)))
                continue;
            ++room.removals;
            ++result_.removals;
            going_.insert(of);
            from_a_room.insert(member.user);
            with_members.insert(member.instance);
        }
        for (const auto who : going_users_)
            if (!from_a_room.contains(who)) ++result_.removals;
        for (const auto which : going_instances_)
            if (!with_members.contains(which)) ++result_.removals;
    }

    void choose() {
        const bool too_many = above(limits_.total, result_.removals, standing_.size(), fewest_in_all);
        everything_ = result_.until.has_value() || too_many;
        const auto why = result_.until ? held_because::pause : held_because::total;
        for (const auto& [id, room] : rooms_) {
            if (room.removals == 0) continue;
            if (everything_) {
                held_rooms_.emplace(id, why);
            } else if (above(limits_.per_room, room.removals, room.members, fewest_in_room)) {
                held_rooms_.emplace(id, held_because::room);
            }
        }
        for (const auto& of : going_) {
            if (!held_rooms_.contains(of.first)) continue;
            ++result_.held_removals;
            held_users_.insert(of.second);
        }
        if (everything_) result_.held_removals = result_.removals;
        for (const auto& row : stored_.instances) {
            const auto held = held_rooms_.find(row.id);
            if (held == held_rooms_.end()) continue;
            const auto& room = rooms_.at(row.id);
            result_.rooms.push_back({row.record.key, row.record.name, room.members, room.removals, held->second});
            if (row.record.parent && going_instances_.contains(row.id)) held_parents_.insert(*row.record.parent);
        }
    }

    bool holds(const stored_user& of) const {
        return going_users_.contains(of.id) && (everything_ || held_users_.contains(of.id));
    }
    bool holds(const stored_instance& of) const {
        return going_instances_.contains(of.id) &&
               (everything_ || held_rooms_.contains(of.id) || held_parents_.contains(of.record.key));
    }
    /// The row takes part in a removal that is held: be it that it would only keep them there from some later day on.
    bool holds(const membership_key& key) const {
        const auto* row = membership(key);
        if (row == nullptr || row->status != membership_status::active || (row->ends && *row->ends <= now_))
            return false;
        return held_rooms_.contains(row->instance) && going_.contains({row->instance, row->user});
    }

    /// The row would be in force no more, or not for as long.
    bool shortens(const membership_record& record) const {
        const auto* row = membership(record.key);
        if (row == nullptr) return false;
        return record.status != membership_status::active ||
               (record.ends && (!row->ends || *record.ends < *row->ends)) ||
               (record.begins && *record.begins > std::max(now_, row->begins.value_or(now_)));
    }

    void split() {
        auto& held = result_.held;
        move_if(changes_.users.deleted, held.users.deleted, [&](const std::string& key) {
            const auto* found = user(key);
            return found != nullptr && holds(*found);
        });
        move_if(changes_.instances.deleted, held.instances.deleted, [&](const instance_key& key) {
            const auto* found = instance(key);
            return found != nullptr && holds(*found);
        });
        std::erase_if(changes_.users.updated, [&](directory::user_record& record) {
            const auto* found = user(record.external_id);
            if (!suspends(record, found) || !holds(*found)) return false;
            held.users.updated.push_back(record);
            record.status = found->record.status;
            return record == found->record;
        });
        std::erase_if(changes_.instances.updated, [&](directory::instance_record& record) {
            const auto* found = instance(record.key);
            if (!hides(record, found) || !holds(*found)) return false;
            held.instances.updated.push_back(record);
            record.status = found->record.status;
            if (closes(record, *found)) record.provider.reset();
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

    struct room_count {
        std::size_t members = 0;
        std::size_t removals = 0;
    };

    directory::change_set changes_;
    const directory::stored& stored_;
    std::span<const standing_member> standing_;
    const removal_limits& limits_;
    store::milliseconds_utc now_;
    std::set<user_id> going_users_;
    std::set<instance_id> going_instances_;
    std::set<pair> parted_;
    std::map<instance_id, room_count> rooms_;
    std::set<pair> going_;
    bool everything_ = false;
    std::map<instance_id, held_because> held_rooms_;
    std::set<user_id> held_users_;
    std::set<instance_key> held_parents_;
    braked result_;
};

}  // namespace

std::string_view to_string(held_because why) {
    switch (why) {
        case held_because::room: return "room";
        case held_because::total: return "total";
        case held_because::pause: return "pause";
    }
    return "?";
}

braked brake(directory::change_set changes, const directory::stored& stored, std::span<const standing_member> standing,
             const removal_limits& limits, std::optional<store::milliseconds_utc> paused_until,
             store::milliseconds_utc now) {
    return decision(std::move(changes), stored, standing, limits, paused_until, now).take();
}

}  // namespace commhost::roster
