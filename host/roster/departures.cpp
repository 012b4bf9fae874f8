#include "roster/departures.hpp"

#include <cstdint>
#include <limits>
#include <utility>

namespace commhost::roster {

namespace {

using directory::instance_id;
using directory::instance_status;
using directory::membership_key;
using directory::standing_member;
using directory::stored_membership;
using directory::stored_user;
using directory::user_id;
using directory::user_status;

}  // namespace

departures::departures(const directory::change_set& changes, const directory::stored& stored,
                       std::span<const standing_member> standing, store::milliseconds_utc now)
    : changes_(changes), stored_(stored), standing_(standing), now_(now), people_(stored, changes.users) {
    for (const auto& record : changes_.instances.inserted)
        new_instances_.emplace(record.key, instance_id{-1 - static_cast<std::int64_t>(new_instances_.size())});
    find_who_goes();
    families_.emplace(changes_.instances, stored_.instances, going_instances_, new_instances_);
    find_put();
    find_parted();
    count();
}

/// Who appears with these changes has a number below zero.
std::optional<room_place> departures::place_of(const membership_key& key) const {
    const auto* in = find_instance(stored_, key.instance);
    const auto in_new = new_instances_.find(key.instance);
    if (in == nullptr && in_new == new_instances_.end()) return std::nullopt;
    const auto who = people_.find(key.user);
    if (!who) return std::nullopt;
    return room_place(in == nullptr ? in_new->second : in->id, *who);
}

/// Persons and instances that go as such.
void departures::find_who_goes() {
    for (const auto& key : changes_.users.deleted)
        if (const auto* found = find_user(stored_, key);
            found != nullptr && found->record.status == user_status::active && directory::lets_go(*found))
            going_users_.insert(found->id);
    for (const auto& record : changes_.users.updated)
        if (const auto* found = find_user(stored_, record.external_id); loses(record, found))
            going_users_.insert(found->id);
    for (const auto& key : changes_.instances.deleted)
        if (const auto* found = find_instance(stored_, key);
            found != nullptr && found->record.status == instance_status::active && directory::lets_go(*found))
            going_instances_.insert(found->id);
    for (const auto& record : changes_.instances.updated)
        if (const auto* found = find_instance(stored_, record.key); hides(record, found))
            going_instances_.insert(found->id);
}

void departures::find_put() {
    for (const auto* records : {&changes_.memberships.inserted, &changes_.memberships.updated})
        for (const auto& record : *records) {
            const auto of = place_of(record.key);
            if (!of) continue;
            const room_place as(of->first, people_.after(of->second));
            const bool entitled = directory::entitles_to_all_groups(record.all_groups, record.room_role);
            put_[as].add(record, now_);
            if (entitled) put_entitled_[as].add(record, now_);
            if (!in_force(record, now_)) continue;
            staying_.insert(as);
            if (entitled) staying_entitled_.insert(as);
        }
}

/// Pairs that memberships part: those that change, and those of somebody who is not this person any more.
void departures::find_parted() {
    const auto change = [&](const membership_key& key) {
        const auto of = place_of(key);
        if (!of) return;
        changed_.emplace(of->first, of->second, key.reference);
        doubtful_.emplace(of->first, people_.before(of->second));
    };
    for (const auto& key : changes_.memberships.deleted) change(key);
    for (const auto& record : changes_.memberships.updated) change(record.key);
    std::set<room_place> by_others;
    for (const auto& member : standing_) {
        if (!people_.loses_a_name(member.user)) continue;
        doubtful_.emplace(member.instance, member.user);
        if (member.elsewhere) by_others.emplace(member.instance, member.user);
    }
    for (const auto& place : doubtful_) {
        auto before = stay_before(place, false);
        // Another source names them there by a name that may be the one they lose.
        if (by_others.contains(place)) before.add_for_ever(now_);
        if (ends_soon(stay_after({place.first, people_.after(place.second)}, false), before)) parted_.insert(place);
    }
}

bool departures::ends_soon(const stay& then, const stay& before) const {
    const auto until = then.until(now_);
    return until < before.until(now_) && until <= now_ + soon.count();
}

stay departures::stay_before(const room_place& of, bool entitled) const {
    stay found;
    for (const auto name : people_.names_before(of.second))
        for (const auto& row : memberships_of(stored_, of.first, name))
            if (!entitled || entitles(row)) found.add(row, now_);
    return found;
}

stay departures::stay_after(const room_place& of, bool entitled) const {
    stay found;
    const auto& all = entitled ? put_entitled_ : put_;
    if (const auto put = all.find(of); put != all.end()) found = put->second;
    for (const auto name : people_.names_after(of.second))
        for (const auto& row : memberships_of(stored_, of.first, name))
            if (!changes_row(row) && (!entitled || entitles(row))) found.add(row, now_);
    return found;
}

/// Whether one of these names of a person has such a membership there, now in force.
template <class Choice>
bool departures::any_in_force(instance_id where, std::span<const user_id> names, Choice&& choice) const {
    for (const auto name : names)
        for (const auto& row : memberships_of(stored_, where, name))
            if (in_force(row, now_) && choice(row)) return true;
    return false;
}

bool departures::changes_row(const stored_membership& row) const {
    return changed_.contains({row.instance, row.user, row.reference});
}

bool departures::loses(const directory::user_record& record, const stored_user* found) const {
    if (found == nullptr || found->record.status != user_status::active) return false;
    return record.status != user_status::active ||
           (record.merged_into != found->record.merged_into && people_.before(found->id) != people_.after(found->id) &&
            !people_.active_after(found->id));
}

bool departures::parts(const stored_user& found) const {
    const auto was = people_.before(found.id);
    return was != found.id && people_.after(found.id) != people_.after(was);
}

bool departures::hides(const directory::instance_record& record, const directory::stored_instance* found) {
    return found != nullptr && found->record.status == instance_status::active &&
           (record.status != instance_status::active || closes(record, *found));
}

bool departures::closes(const directory::instance_record& record, const directory::stored_instance& found) {
    return record.provider == directory::no_provider && found.record.provider != directory::no_provider;
}

bool departures::moves_rooms(const directory::instance_record& record, const directory::stored_instance& found) {
    return record.group_rooms && *record.group_rooms != found.record.group_rooms.value_or(false);
}

bool departures::changes_course(const directory::instance_record& record,
                                const directory::stored_instance& found) const {
    return record.parent != found.record.parent &&
           families_->course_before(found.id) != families_->course_after(found.id);
}

/// Another source keeps them there; of somebody who is fewer people than before, by their own name.
bool departures::stays_elsewhere(const standing_member& member) const {
    return people_.loses_a_name(member.user) ? member.elsewhere_by_name : member.elsewhere;
}

bool departures::is_entitled_elsewhere(const standing_member& member) const {
    return member.all_groups_elsewhere && stays_elsewhere(member);
}

/// Whether no membership names this member any more, or the person is gone.
bool departures::leaves(const standing_member& member) const {
    return going_users_.contains(member.user) || going_users_.contains(people_.after(member.user)) ||
           (!stays_elsewhere(member) && parted_.contains({member.instance, member.user}));
}

void departures::count() {
    member_list of_families;
    for (const auto& member : standing_) {
        if (side_before(member.instance) != nullptr || side_after(member.instance) != nullptr) {
            of_families.push_back(&member);
            continue;
        }
        ++rooms_[member.instance].members;
        ++members_;
        if (going_instances_.contains(member.instance) || leaves(member)) leave({member.instance, member.user});
    }
    count_families(of_families);
    for (const auto who : going_users_)
        if (!from_a_room_.contains(who)) ++removals_;
    for (const auto which : going_instances_)
        if (!with_members_.contains(which)) ++removals_;
}

void departures::leave(const room_place& of) {
    ++rooms_[of.first].removals;
    ++removals_;
    places_.insert(of);
    from_a_room_.insert(of.second);
    with_members_.insert(of.first);
    with_members_.insert(course_of(of.first));
}

/// The family's in which this is the course or a group; null where it is in none.
const family_side* departures::side_before(instance_id which) {
    const auto course = families_->course_before(which);
    return families_->contains(course) ? &families_->at(course).first : nullptr;
}

const family_side* departures::side_after(instance_id which) {
    const auto course = families_->course_after(which);
    return families_->contains(course) ? &families_->at(course).second : nullptr;
}

/// Where the rooms move from a course to its groups, or back, whoever is in any of them afterwards has moved.
void departures::count_families(const member_list& members) {
    if (members.empty()) return;
    const auto [before, after] = places_of_families(members);
    std::set<std::pair<instance_id, user_id>> moved;
    for (const auto& [where, who] : after)
        if (const auto course = families_->course_after(where); families_->contains(course))
            if (const auto& [was, is] = families_->at(course); was.group_rooms != is.group_rooms)
                moved.emplace(course, who);
    for (const auto& place : before) {
        ++rooms_[place.first].members;
        ++members_;
        const auto becomes = people_.after(place.second);
        if (!after.contains({place.first, becomes}) && !moved.contains({course_of(place.first), becomes})) leave(place);
    }
}

std::pair<std::set<room_place>, std::set<room_place>> departures::places_of_families(const member_list& members) {
    std::set<room_place> before;
    std::set<room_place> after;
    // A group that is one of no such course then has its own members in its room.
    for (const auto* member : members) {
        const room_place place(member->instance, member->user);
        const room_place then(member->instance, people_.after(member->user));
        const bool stays = !leaves(*member);
        if (const auto course = course_of(place.first); families_->contains(course)) {
            families_->at(course).first.members.insert(place);
        } else {
            before.insert(place);
        }
        if (const auto course = families_->course_after(place.first); !stays) {
        } else if (families_->contains(course)) {
            families_->at(course).second.members.insert(then);
        } else if (!going_instances_.contains(place.first)) {
            after.insert(then);
        }
        if (!families_->contains(place.first)) continue;
        auto& [was, is] = families_->at(place.first);
        if (member->all_groups_elsewhere || any_in_force(place.first, people_.names_before(member->user), entitles))
            was.entitled.insert(member->user);
        if (stays && (is_entitled_elsewhere(*member) || staying_entitled_.contains(then) ||
                      any_in_force(place.first, people_.names_after(then.second),
                                   [&](const auto& row) { return entitles(row) && !changes_row(row); })))
            is.entitled.insert(then.second);
    }
    for (auto& [course, sides] : families_->all()) {
        auto& [was, is] = sides;
        add_new_members(is);
        before.merge(places_of(course, was));
        after.merge(places_of(course, is));
    }
    settle_reasons(members, before, after);
    return {std::move(before), std::move(after)};
}

/// Who is in a group for the first time.
void departures::add_new_members(family_side& is) const {
    constexpr user_id lowest{std::numeric_limits<std::int64_t>::min()};
    for (const auto group : is.groups) {
        for (auto at = staying_.lower_bound({group, lowest}); at != staying_.end() && at->first == group; ++at)
            if (!going_users_.contains(at->second)) is.members.insert(*at);
    }
}

/// Who is in a group's room for two reasons, or one after the other, leaves when the last reason ends. Takes those out of the places
/// afterwards for whom that is soon, and puts the others in.
void departures::settle_reasons(const member_list& members, const std::set<room_place>& before,
                                std::set<room_place>& after) {
    std::set<room_place> elsewhere;
    std::set<room_place> entitled_elsewhere;
    for (const auto* member : members) {
        if (stays_elsewhere(*member)) elsewhere.emplace(member->instance, member->user);
        if (is_entitled_elsewhere(*member)) entitled_elsewhere.emplace(member->instance, member->user);
    }
    for (const auto& place : before) {
        const auto& [where, who] = place;
        if (families_->contains(where)) continue;
        const auto* was = side_before(where);
        const auto* is = side_after(where);
        const room_place of_course(families_->course_before(where), who);
        const room_place of_next(families_->course_after(where), who);
        const bool in_doubt = of_course != of_next || doubtful_.contains(place) || doubtful_.contains(of_course);
        const bool by_all_groups = is != nullptr && is->group_rooms;
        if (!in_doubt || elsewhere.contains(place) || (by_all_groups && entitled_elsewhere.contains(of_next))) continue;
        const auto becomes = people_.after(who);
        auto then = stay_after({where, becomes}, false);
        auto until_now = stay_before(place, false);
        if (by_all_groups) then.add(stay_after({of_next.first, becomes}, true));
        if (was != nullptr && was->group_rooms) until_now.add(stay_before(of_course, true));
        const bool open = is == nullptr ? !going_instances_.contains(where)
                                        : is->groups.contains(where) && (is->active || !is->group_rooms);
        if (ends_soon(then, until_now)) {
            after.erase({where, becomes});
        } else if (open && then.until(now_) > now_ && !going_users_.contains(who) && !going_users_.contains(becomes)) {
            after.emplace(where, becomes);
        }
    }
}

}  // namespace commhost::roster
