#include "roster/brake.hpp"

#include "roster/brake_families.hpp"
#include "roster/brake_people.hpp"
#include "roster/group_rooms.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace commhost::roster {

namespace {

using directory::claim;
using directory::entitles_to_all_groups;
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
        : changes_(std::move(changes)), stored_(stored), standing_(standing), limits_(limits), now_(now),
          people_(stored.users, changes_.users) {
        result_.until = paused_until;
        for (const auto& record : changes_.instances.inserted)
            new_instances_.emplace(record.key, instance_id{-1 - static_cast<std::int64_t>(new_instances_.size())});
    }

    braked take() {
        find_who_goes();
        count();
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

    /// Who appears with these changes has a number below zero.
    std::optional<pair> pair_of(const membership_key& key) const {
        const auto* in = instance(key.instance);
        const auto in_new = new_instances_.find(key.instance);
        if (in == nullptr && in_new == new_instances_.end()) return std::nullopt;
        const auto who = people_.find(key.user);
        if (!who) return std::nullopt;
        return pair(in == nullptr ? in_new->second : in->id, *who);
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
            if (const auto* found = user(record.external_id); loses(record, found)) going_users_.insert(found->id);
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
        std::map<pair, stay> put;
        for (const auto* records : {&changes_.memberships.inserted, &changes_.memberships.updated})
            for (const auto& record : *records) {
                const auto of = pair_of(record.key);
                if (!of) continue;
                const pair as(of->first, people_.after(of->second));
                put[as].add(record, now_);
                if (!in_force(record, now_)) continue;
                staying_.insert(as);
                if (entitles_to_all_groups(record.all_groups, record.room_role)) staying_entitled_.insert(as);
            }
        std::set<pair> doubtful;
        const auto change = [&](const membership_key& key) {
            const auto of = pair_of(key);
            if (!of) return;
            changed_.emplace(of->first, of->second, key.reference);
            doubtful.insert(*of);
        };
        for (const auto& key : changes_.memberships.deleted) change(key);
        for (const auto& record : changes_.memberships.updated) change(record.key);
        for (const auto& of : doubtful) {
            const pair as(of.first, people_.after(of.second));
            const pair was(of.first, people_.before(of.second));
            auto then = put[as];
            for (const auto name : people_.names_after(as.second))
                for (const auto& row : memberships_of({of.first, name}))
                    if (!changes(row)) then.add(row, now_);
            stay before;
            for (const auto name : people_.names_before(was.second))
                for (const auto& row : memberships_of({of.first, name})) before.add(row, now_);
            const auto until = then.until(now_);
            if (until < before.until(now_) && until <= now_ + soon.count()) parted_.insert(was);
        }
    }

    /// Whether one of these names of a person has such a membership there, now in force.
    template <class Choice>
    bool any_in_force(instance_id where, const std::vector<user_id>& names, Choice&& choice) const {
        for (const auto name : names) {
            for (const auto& row : memberships_of({where, name}))
                if (in_force(row, now_) && choice(row)) return true;
        }
        return false;
    }

    bool changes(const stored_membership& row) const {
        return changed_.contains({row.instance, row.user, row.reference});
    }

    /// The person is suspended, or merged into somebody who is in no room.
    bool loses(const directory::user_record& record, const stored_user* found) const {
        if (found == nullptr || found->record.status != user_status::active) return false;
        return record.status != user_status::active ||
               (record.merged_into != found->record.merged_into && !people_.active_after(found->id));
    }
    static bool hides(const directory::instance_record& record, const stored_instance* found) {
        return found != nullptr && found->record.status == instance_status::active &&
               (record.status != instance_status::active || closes(record, *found));
    }
    /// A room that is given no provider any more is emptied.
    static bool closes(const directory::instance_record& record, const stored_instance& found) {
        return record.provider == directory::no_provider && found.record.provider != directory::no_provider;
    }

    /// Whether no membership names this member any more, or the person is gone.
    bool leaves(const standing_member& member) const {
        return going_users_.contains(member.user) || going_users_.contains(people_.after(member.user)) ||
               (!member.elsewhere && parted_.contains({member.instance, member.user}));
    }

    /// From the course to its groups, or back.
    static bool moves_rooms(const directory::instance_record& record, const stored_instance& found) {
        return record.group_rooms && *record.group_rooms != found.record.group_rooms.value_or(false);
    }

    void count() {
        families_.emplace(changes_.instances, stored_.instances, going_instances_, new_instances_);
        for (const auto& member : standing_) {
            if (families_->contains(family_of(member.instance))) {
                standing_in_[family_of(member.instance)].push_back(&member);
                continue;
            }
            ++rooms_[member.instance].members;
            ++result_.members;
            if (going_instances_.contains(member.instance) || leaves(member)) goes({member.instance, member.user});
        }
        for (const auto& [course, members] : standing_in_) count_family(course, members);
        for (const auto who : going_users_)
            if (!from_a_room_.contains(who)) ++result_.removals;
        for (const auto which : going_instances_)
            if (!with_members_.contains(which)) ++result_.removals;
    }

    void goes(const pair& of) {
        ++rooms_[of.first].removals;
        ++result_.removals;
        going_.insert(of);
        from_a_room_.insert(of.second);
        with_members_.insert(of.first);
        with_members_.insert(family_of(of.first));
    }

    instance_id family_of(instance_id which) const { return families_->course_of(which); }

    void count_family(instance_id course, const std::vector<const standing_member*>& members) {
        auto& [was, is] = families_->at(course);
        for (const auto* member : members) {
            const pair after(member->instance, people_.after(member->user));
            was.members.emplace(member->instance, member->user);
            const bool stays = !leaves(*member);
            if (stays) is.members.insert(after);
            if (member->instance != course) continue;
            if (member->all_groups_elsewhere || any_in_force(course, people_.names_before(member->user), entitles))
                was.entitled.insert(member->user);
            if (stays && (member->all_groups_elsewhere || staying_entitled_.contains(after) ||
                          any_in_force(course, people_.names_after(after.second),
                                       [&](const auto& row) { return entitles(row) && !changes(row); })))
                is.entitled.insert(after.second);
        }
        // Who is there for the first time.
        constexpr user_id lowest{std::numeric_limits<std::int64_t>::min()};
        for (const auto group : is.groups) {
            for (auto at = staying_.lower_bound({group, lowest}); at != staying_.end() && at->first == group; ++at)
                if (!going_users_.contains(at->second)) is.members.insert(*at);
        }
        const auto before = places_of(course, was);
        for (const auto& place : before) ++rooms_[place.first].members;
        result_.members += before.size();
        for (const auto& place : removed_from(before, places_of(course, is), was.group_rooms != is.group_rooms,
                                              [&](user_id user) { return people_.after(user); }))
            goes(place);
    }

    static bool entitles(const stored_membership& row) { return entitles_to_all_groups(row.all_groups, row.room_role); }

    void choose() {
        const bool too_many = above(limits_.total, result_.removals, result_.members, fewest_in_all);
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
            held_pairs_.insert(of);
            if (const auto course = family_of(of.first); families_->contains(course)) {
                held_courses_.insert(course);
                held_pairs_.emplace(course, of.second);
            }
        }
        if (everything_) result_.held_removals = result_.removals;
        for (const auto& row : stored_.instances) {
            const auto held = held_rooms_.find(row.id);
            if (held == held_rooms_.end()) continue;
            const auto& room = rooms_.at(row.id);
            result_.rooms.push_back({row.record.key, row.record.name, room.members, room.removals, held->second});
            if (row.record.parent && (going_instances_.contains(row.id) || held_courses_.contains(family_of(row.id))))
                held_parents_.insert(*row.record.parent);
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
        return held_pairs_.contains({row->instance, people_.before(row->user)});
    }

    /// The row would be in force no more, or not for as long, or not for all groups.
    bool shortens(const membership_record& record) const {
        const auto* row = membership(record.key);
        if (row == nullptr) return false;
        return record.status != membership_status::active ||
               (families_->contains(row->instance) && entitles(*row) &&
                !entitles_to_all_groups(record.all_groups, record.room_role)) ||
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
            if (!loses(record, found) || !holds(*found)) return false;
            held.users.updated.push_back(record);
            record.status = found->record.status;
            record.merged_into = found->record.merged_into;
            return record == found->record;
        });
        std::erase_if(changes_.instances.updated, [&](directory::instance_record& record) {
            const auto* found = instance(record.key);
            const bool moves = found != nullptr && moves_rooms(record, *found) && held_courses_.contains(found->id);
            if (!moves && (!hides(record, found) || !holds(*found))) return false;
            held.instances.updated.push_back(record);
            if (moves) record.group_rooms.reset();
            if (!hides(record, found) || !holds(*found)) return false;
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
    brake_people people_;
    std::map<instance_key, instance_id> new_instances_;
    std::set<pair> staying_;  ///< By a membership that is new or as it shall be.
    std::set<pair> staying_entitled_;
    std::set<std::tuple<instance_id, user_id, std::string>> changed_;
    std::set<pair> parted_;
    std::optional<brake_families> families_;  ///< Once it is known which instances go.
    std::map<instance_id, std::vector<const standing_member*>> standing_in_;
    std::set<user_id> from_a_room_;
    std::set<instance_id> with_members_;
    std::set<pair> held_pairs_;
    std::set<instance_id> held_courses_;
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
