#pragma once

#include <core_communication/member.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// The power level that each role stands for. A member has no entry of their own, unless a room gives everybody without one
/// the level of a moderator or owner (users_default): then it is 0.
struct role_levels {
    std::int64_t moderator = 51;
    std::int64_t owner = 90;
};

/// The level of a role that has an entry: moderator or owner. 0 for member.
std::int64_t level_of(core_communication::room_role role, const role_levels& levels);

/// What a room's m.room.power_levels says (Matrix client-server API, "m.room.power_levels").
class power_levels {
  public:
    /// creators: who has more power than any number and must not be listed; from room version 12 on (MSC4289), else
    /// none.
    explicit power_levels(boost::json::object content = {}, std::set<std::string, std::less<>> creators = {});

    /// The level of a person; the highest number there is for a creator.
    std::int64_t of(std::string_view account) const;

    /// Whether the person has an entry of their own.
    bool lists(std::string_view account) const;

    /// Everybody who has one.
    std::vector<std::string> listed() const;

    bool is_creator(std::string_view account) const { return creators_.contains(account); }

    /// What a person without an entry has.
    std::int64_t users_default() const;

    /// The level that kick, ban, invite ... need.
    std::int64_t needed_to(std::string_view action) const;

    /// The level that setting a state event of this type needs.
    std::int64_t needed_to_set(std::string_view event_type) const;

    const boost::json::object& content() const { return content_; }
    const std::set<std::string, std::less<>>& creators() const { return creators_; }

  private:
    boost::json::object content_;
    std::set<std::string, std::less<>> creators_;
};

/// Empty for a level that is none of ours: somebody set it by hand.
std::optional<core_communication::room_role> role_of(std::string_view account, const power_levels& in,
                                                     const role_levels& levels);

/// What to do about a level that somebody set by hand.
enum class hand_set : std::uint8_t { keep, replace };

struct role_change {
    std::string account;
    core_communication::room_role role = core_communication::room_role::member;
    hand_set where_hand_set = hand_set::keep;
};

/// The content after some changes.
struct merged_levels {
    boost::json::object content;
    bool changed = false;
    /// Who cannot be changed by us, because their level is not below our own or would not be. The server refuses the
    /// whole event when one of them is in it.
    std::vector<std::string> out_of_reach;
};

/// into with the changes, and everything else in it as it was. own_account is who will send it; its entry stays.
merged_levels merge(const power_levels& into, std::span<const role_change> changes, const role_levels& levels,
                    std::string_view own_account);

}  // namespace communication_matrix
