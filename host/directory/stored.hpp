#pragma once

#include "directory/absence.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::directory {

/// How a user or an instance stands to the source that asks.
enum class claim : std::uint8_t {
    none,     ///< This source does not name it and may take it: no source does, or its owner has let it go.
    foreign,  ///< Another source owns it, this one does not name it.
    shared,   ///< Another source owns it, this one names it as well.
    own,      ///< This source owns it: the fields are its word.
};

struct stored_user {
    user_id id{};
    user_record record;  ///< picture is always there.
    directory::claim claim = claim::none;
    directory::absence absence{};
    /// As record.merged_into, where an admin has said it, which goes before what a source says. Rosters do not change it.
    std::string merged_by_hand{};
    bool claimed_elsewhere = false;  ///< Another source names it: it stays when this one lets it go.
    bool leaving = false;            ///< Their erasure is under way, and no source names them.
};

struct stored_instance {
    instance_id id{};
    instance_record record;  ///< provider, settings and picture are always there.
    directory::claim claim = claim::none;
    directory::absence absence{};
    bool claimed_elsewhere = false;  ///< As that of a user.
};

/// Whether it goes when the source that asks does not name it any more: it is that one's own, and nobody else names it.
inline bool lets_go(const stored_user& found) { return found.claim == claim::own && !found.claimed_elsewhere; }
inline bool lets_go(const stored_instance& found) { return found.claim == claim::own && !found.claimed_elsewhere; }

/// As small as can be: there are hundreds of thousands.
struct stored_membership {
    instance_id instance{};
    user_id user{};
    std::string reference;
    std::string role;
    std::optional<store::milliseconds_utc> begins;
    std::optional<store::milliseconds_utc> ends;
    core_communication::room_role room_role = core_communication::room_role::member;
    membership_status status = membership_status::active;
    directory::absence absence{};
    std::optional<bool> all_groups{};
};

/// The directory as one source sees it: what a plan compares the source's roster with.
struct stored {
    std::int64_t revision = 0;
    std::vector<stored_user> users;               ///< All, by external id (as bytes).
    std::vector<stored_instance> instances;       ///< All, by key (as bytes).
    std::vector<stored_membership> memberships;   ///< The source's own, by instance, user and reference (as bytes).
    std::set<std::string, std::less<>> pictures;  ///< The digests of all there are.
};

/// Reads it in the caller's transaction, memberships in portions so that no second copy of them is made.
stored read_stored(store::connection& sql, std::string_view source);

/// What is stored by these keys; null for what is not.
const stored_user* find_user(const stored& in, std::string_view external_id);
const stored_instance* find_instance(const stored& in, const instance_key& key);
const stored_membership* find_membership(const stored& in, const membership_key& key);

/// The source's memberships of one person in one instance.
std::span<const stored_membership> memberships_of(const stored& in, instance_id instance, user_id user);

}  // namespace commhost::directory
