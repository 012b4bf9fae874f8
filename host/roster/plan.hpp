#pragma once

#include "directory/change_set.hpp"
#include "directory/stored.hpp"
#include "roster/absence.hpp"
#include "roster/problem.hpp"
#include "roster/roster.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace commhost::roster {

struct change_counts {
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t removed = 0;

    friend bool operator==(const change_counts&, const change_counts&) = default;
};

enum class instance_change : std::uint8_t { none, added, changed, removed };

/// "none", "added", "changed", "removed".
std::string_view to_string(instance_change change);

/// What a plan does to one instance. People are those of this source: somebody "removed" here stays in the room when
/// another source still names them.
struct instance_summary {
    directory::instance_key key;
    std::string name;
    instance_change change = instance_change::none;  ///< Of the instance's own fields.
    std::vector<std::string> added;                  ///< External ids of people, in order.
    std::vector<std::string> changed;                ///< Another role, other dates, suspended or again active.
    std::vector<std::string> removed;
    bool picture_changed = false;  ///< Among the instance's own fields: the room's picture.

    friend bool operator==(const instance_summary&, const instance_summary&) = default;
};

/// What has to change so that the directory says what the roster says.
struct plan {
    directory::change_set changes;
    change_counts users;
    change_counts instances;
    change_counts memberships;
    std::size_t guests = 0;                     ///< Memberships that are none, as their role stands for a guest.
    std::vector<instance_summary> by_instance;  ///< Those with anything to do, by key.
    problem_list problems;                      ///< The roster's, and those of references that lead nowhere.

    /// What it was made from and for, for whoever applies it later.
    struct origin {
        std::string database;  ///< communication::site_id of the directory it was compared with.
        std::string roster;    ///< The source's file or folder, without the way to it.
        std::string digest;    ///< SHA-256 of its content.
        store::milliseconds_utc made_at = 0;
        std::string plan{};  ///< SHA-256 of the written plan, where it was read from one.
    };
    origin from;
    bool complete = false;  ///< The roster was a full one, at least of people, instances or memberships.

    bool empty() const { return changes.empty(); }
};

/// What make_plan goes by besides the two sides.
struct planning {
    absence_rules absent;
    store::milliseconds_utc now = 0;  ///< The time of this read, for absences.
    /// Removals of an earlier import of the source that are held (brake.hpp). A partial roster that does not speak of them
    /// leaves them wanted; a full one says itself who is gone.
    const directory::change_set* held = nullptr;
    bool same_read = false;  ///< The last complete read of the source again (last_read.hpp).
    /// Of instances that appear with groups and say nothing of it: whether their groups have the rooms.
    bool group_rooms = false;
};

/// Compares a roster with what is stored. Pure; the roster's records move into the plan.
///
/// Where the scope is full, what the source claims and does not name any more is removed; where it is partial, only
/// what it names as removed. Memberships go with their user and their instance, groups with the instance they belong
/// to. What stands in unreadable rows stays as it is stored. Nothing of another source is touched.
///
/// What a full roster does not name is marked absent until how.absent takes it for gone; whoever is named again is unmarked.
plan make_plan(roster wanted, const directory::stored& stored, const std::string& source, const planning& how = {});

}  // namespace commhost::roster
