#pragma once

#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/picture.hpp"
#include "directory/user.hpp"
#include "roster/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

/// What it means that a source does not name something it once named.
enum class scope : std::uint8_t {
    partial,  ///< Nothing: the source tells only what is new.
    full,     ///< It is gone.
};

/// Where an entry comes from, in few bytes; roster::where makes a place of it.
struct origin {
    std::uint32_t file = 0;   ///< Index into roster::files.
    std::uint32_t line = 0;   ///< A line from 1, or a position from 0 in a list of a JSON document.
    std::int32_t group = -1;  ///< The position in that instance's list of groups.
};

template <class Record>
struct entry {
    Record record;
    origin from;
    /// The source says that it is to go. In a full roster that is the same as not being named.
    bool removed = false;
};

/// What a source says, in the directory's terms.
struct roster {
    scope users_scope = scope::partial;
    scope instances_scope = scope::partial;
    scope memberships_scope = scope::partial;

    std::vector<entry<directory::user_record>> users;
    std::vector<entry<directory::instance_record>> instances;
    std::vector<entry<directory::membership_record>> memberships;

    /// Named in rows that had to be left out: what is stored of them is neither changed nor taken for gone, because a
    /// row that cannot be read does not prove that somebody has left. Memberships by their reference.
    std::vector<std::string> unreadable_users;
    std::vector<directory::instance_key> unreadable_instances;
    std::vector<std::string> unreadable_memberships;

    /// The same of memberships in rows whose reference is missing or another's: all of this person in this instance.
    struct member {
        directory::instance_key instance;
        std::string user;

        friend auto operator<=>(const member&, const member&) = default;
    };
    std::vector<member> unreadable_members;

    /// Memberships of a role that stands for a guest: named as removed, because a guest has no place in a room.
    std::size_t guests = 0;

    std::vector<directory::picture> pictures;  ///< Those that users and instances name, each once.

    problem_list problems;

    /// "users.csv", or a file and the list within it: "school.json#/users/".
    std::vector<std::string> files;

    place where(const origin& from) const;
};

/// From a source's word for a role, in lower case, to what it may do in a room.
using role_table = std::map<std::string, core_communication::room_role, std::less<>>;

/// teacher and aide moderate, an administrator owns, proctor and student are members.
role_table default_roles();

/// How sources are read.
struct reading {
    role_table roles = default_roles();           ///< A role that is not in it gets the least, member, and is reported.
    std::set<std::string, std::less<>> guests{};  ///< Roles, in lower case, whose memberships are none.
    /// Roles, in lower case, that are in the rooms of all groups of an instance whose groups have the rooms. Absent: those who
    /// are more than members.
    std::optional<std::set<std::string, std::less<>>> all_groups{};
    bool ignore_dates = false;  ///< Memberships are read as if they had no begin and end.

    bool is_guest(std::string_view role) const { return guests.contains(role); }
    /// What a membership of this role says of all groups.
    std::optional<bool> all_groups_of(std::string_view role) const {
        return all_groups ? std::optional(all_groups->contains(role)) : std::nullopt;
    }
};

}  // namespace commhost::roster
