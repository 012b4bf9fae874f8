#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/member.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::directory {

using core_communication::room_role;

/// "member", "moderator", "owner": as commands and documents write it.
std::string_view to_string(room_role role);

/// Stored as these numbers.
enum class membership_status : std::uint8_t { active = 0, suspended = 1 };

/// "active", "suspended": as commands and documents write it.
std::string_view to_string(membership_status status);

/// What names a membership within one source. A source that has ids for its memberships (an enrolment's sourcedId) can
/// have several for one person in one instance; one that has none leaves reference empty and has one.
struct membership_key {
    instance_key instance;
    std::string user;  ///< external id
    std::string reference;

    friend auto operator<=>(const membership_key&, const membership_key&) = default;
};

/// What a source says about a person in an instance.
struct membership_record {
    membership_key key;
    std::string role;  ///< The source's own word: "teacher".
    core_communication::room_role room_role = core_communication::room_role::member;
    std::optional<store::milliseconds_utc> begins;  ///< From this moment on; absent: always.
    std::optional<store::milliseconds_utc> ends;    ///< Up to but not at this moment; absent: for ever.
    membership_status status = membership_status::active;
    /// Whether the person is in the rooms of all groups, where the instance's groups have the rooms. Absent: whoever is more
    /// than a member.
    std::optional<bool> all_groups{};

    friend bool operator==(const membership_record&, const membership_record&) = default;
};

/// A membership of the directory. A person is in an instance as long as one of them, from any source, says so.
struct membership {
    instance_id instance{};
    user_id user{};
    std::string source;
    std::string reference;
    std::string role;
    core_communication::room_role room_role = core_communication::room_role::member;
    std::optional<store::milliseconds_utc> begins;
    std::optional<store::milliseconds_utc> ends;
    membership_status status = membership_status::active;
    std::optional<bool> all_groups{};
};

/// Whether somebody with such a membership of a course is in the rooms of all its groups.
inline bool entitles_to_all_groups(std::optional<bool> all_groups, core_communication::room_role role) {
    return all_groups.value_or(role != core_communication::room_role::member);
}

/// Who is to be in the instance's room at that time: active users with an active membership within its dates, each once
/// with the highest of their roles, by rising id. The instance's own status does not matter. One statement.
std::vector<core_communication::member> effective_members(store::connection& sql, instance_id instance,
                                                          store::milliseconds_utc at);

/// The same of all active instances, by instance and person, without roles. One statement.
std::vector<std::pair<instance_id, user_id>> all_effective_members(store::connection& sql, store::milliseconds_utc at);

/// Of these people those whom no other source wants there, by rising id. One statement.
std::vector<user_id> members_by_one_source(store::connection& sql, instance_id instance, std::string_view source,
                                           store::milliseconds_utc at);

/// All memberships of an instance, in force or not, by user, source and reference.
std::vector<membership> memberships_of(store::connection& sql, instance_id instance);

/// When after that time the first active membership of the instance begins or ends, if one will.
std::optional<store::milliseconds_utc> next_date(store::connection& sql, instance_id instance,
                                                 store::milliseconds_utc after);

/// The members of an instance at that time who would be in no room if its groups had the rooms: in no group that is active, and
/// not entitled to all of them; by rising id. One statement.
std::vector<user_id> members_without_group(store::connection& sql, instance_id instance, store::milliseconds_utc at);

/// Whether the instance has a group that is not deleted.
bool has_groups(store::connection& sql, instance_id instance);

}  // namespace commhost::directory
