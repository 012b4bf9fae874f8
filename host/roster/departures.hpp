#pragma once

#include "directory/change_set.hpp"
#include "directory/standing.hpp"
#include "directory/stored.hpp"
#include "roster/brake_families.hpp"
#include "roster/brake_people.hpp"
#include "roster/group_rooms.hpp"
#include "roster/stay.hpp"
#include "store/clock.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace commhost::roster {

/// An end that is moved nearer than this counts as a removal now: a wrong date in all rows of an export would empty the rooms
/// before the next import says otherwise, and no brake would see it.
inline constexpr std::chrono::milliseconds soon = std::chrono::days(7);

/// Who leaves which room by a change set; what the brake counts (brake.hpp says what is a removal). Pure.
class departures {
  public:
    struct room_count {
        std::size_t members = 0;  ///< In the room now.
        std::size_t removals = 0;
    };

    /// changes and stored outlive this, and are as they are now while it is made.
    departures(const directory::change_set& changes, const directory::stored& stored,
               std::span<const directory::standing_member> standing, store::milliseconds_utc now);

    const std::map<directory::instance_id, room_count>& rooms() const { return rooms_; }
    const std::set<room_place>& places() const { return places_; }
    std::size_t members() const { return members_; }
    /// With those who go from no room, and rooms without members.
    std::size_t removals() const { return removals_; }

    /// Whether somebody goes from everywhere, or an instance has no room any more.
    bool goes(directory::user_id user) const { return going_users_.contains(user); }
    bool goes(directory::instance_id instance) const { return going_instances_.contains(instance); }

    /// The course of a group, before the changes, whose course has a room for each group, before or after them; else the instance
    /// itself.
    directory::instance_id course_of(directory::instance_id which) const { return families_->course_before(which); }
    bool has_group_rooms(directory::instance_id course) const { return families_->contains(course); }

    /// Who somebody is before the changes: another person for one who is merged.
    directory::user_id before(directory::user_id user) const { return people_.before(user); }

    // Of changed records, with what is stored of them:

    /// The person is suspended, or merged into somebody who is in no room.
    bool loses(const directory::user_record& record, const directory::stored_user* found) const;
    /// Somebody else has been this person too, and is not any more: what that one's memberships gave them goes.
    bool parts(const directory::stored_user& found) const;
    /// The instance is hidden, or given no provider any more: its room is emptied.
    static bool hides(const directory::instance_record& record, const directory::stored_instance* found);
    static bool closes(const directory::instance_record& record, const directory::stored_instance& found);
    /// It is a group of another course than before, or of none any more, and of the one or the other the groups have the rooms.
    bool changes_course(const directory::instance_record& record, const directory::stored_instance& found) const;
    /// The rooms move from the course to its groups, or back.
    static bool moves_rooms(const directory::instance_record& record, const directory::stored_instance& found);

  private:
    using stays = std::map<room_place, stay>;

    std::optional<room_place> place_of(const directory::membership_key& key) const;
    void find_who_goes();
    void find_put();
    void find_parted();
    void count();
    using member_list = std::vector<const directory::standing_member*>;
    void count_families(const member_list& members);
    /// Of the people of the families: who is where before, and afterwards.
    std::pair<std::set<room_place>, std::set<room_place>> places_of_families(const member_list& members);
    void add_new_members(family_side& is) const;
    void settle_reasons(const member_list& members, const std::set<room_place>& before, std::set<room_place>& after);
    const family_side* side_before(directory::instance_id which);
    const family_side* side_after(directory::instance_id which);
    void leave(const room_place& of);

    bool stays_elsewhere(const directory::standing_member& member) const;
    bool is_entitled_elsewhere(const directory::standing_member& member) const;
    bool leaves(const directory::standing_member& member) const;
    bool ends_soon(const stay& then, const stay& before) const;
    bool changes_row(const directory::stored_membership& row) const;
    stay stay_before(const room_place& of, bool entitled) const;
    stay stay_after(const room_place& of, bool entitled) const;
    template <class Choice>
    bool any_in_force(directory::instance_id where, std::span<const directory::user_id> names, Choice&& choice) const;

    const directory::change_set& changes_;
    const directory::stored& stored_;
    std::span<const directory::standing_member> standing_;
    store::milliseconds_utc now_;
    brake_people people_;
    std::map<directory::instance_key, directory::instance_id> new_instances_;  ///< With numbers below zero.
    std::set<directory::user_id> going_users_;
    std::set<directory::instance_id> going_instances_;
    std::optional<brake_families> families_;  ///< Once it is known which instances go.

    // By memberships that are new, or as they shall be; whom they name is who they are afterwards.
    stays put_;
    stays put_entitled_;
    std::set<room_place> staying_;
    std::set<room_place> staying_entitled_;

    std::set<std::tuple<directory::instance_id, directory::user_id, std::string>> changed_;  ///< Rows of the store.
    std::set<room_place> doubtful_;  ///< Places, as they are before, of which memberships change.
    std::set<room_place> parted_;    ///< Those of them whose memberships end, now or soon.

    std::set<directory::user_id> from_a_room_;
    std::set<directory::instance_id> with_members_;
    std::map<directory::instance_id, room_count> rooms_;
    std::set<room_place> places_;
    std::size_t members_ = 0;
    std::size_t removals_ = 0;
};

/// Whether somebody with this membership of a course is in the rooms of all its groups.
inline bool entitles(const directory::stored_membership& row) {
    return directory::entitles_to_all_groups(row.all_groups, row.room_role);
}

}  // namespace commhost::roster
