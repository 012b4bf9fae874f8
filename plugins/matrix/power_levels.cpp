#include "power_levels.hpp"

#include <boost/json/value.hpp>

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace communication_matrix {

using core_communication::room_role;

namespace {

/// A level is an integer; before room version 10 also a string of digits or a number with a fraction (room version 10).
std::optional<std::int64_t> level_in(const boost::json::value* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    if (value->is_double() && std::abs(value->get_double()) < 9e15)
        return static_cast<std::int64_t>(value->get_double());
    if (value->is_string()) {
        const auto& text = value->get_string();
        std::int64_t level = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
        if (error == std::errc() && end == text.data() + text.size()) return level;
    }
    return std::nullopt;
}

std::optional<std::int64_t> level_in(const boost::json::object& content, std::string_view field, std::string_view key) {
    const auto* map = content.if_contains(field);
    return map == nullptr || !map->is_object() ? std::nullopt : level_in(map->get_object().if_contains(key));
}

}  // namespace

std::int64_t level_of(room_role role, const role_levels& levels) {
    switch (role) {
        case room_role::member: return 0;
        case room_role::moderator: return levels.moderator;
        case room_role::owner: return levels.owner;
    }
    return 0;
}

power_levels::power_levels(boost::json::object content, std::set<std::string, std::less<>> creators)
    : content_(std::move(content)), creators_(std::move(creators)) {}

std::int64_t power_levels::of(std::string_view account) const {
    if (is_creator(account)) return std::numeric_limits<std::int64_t>::max();
    return level_in(content_, "users", account).value_or(users_default());
}

bool power_levels::lists(std::string_view account) const { return level_in(content_, "users", account).has_value(); }

std::vector<std::string> power_levels::listed() const {
    std::vector<std::string> accounts;
    const auto* users = content_.if_contains("users");
    if (users == nullptr || !users->is_object()) return accounts;
    for (const auto& [account, level] : users->get_object()) {
        if (lists(account)) accounts.emplace_back(account);
    }
    return accounts;
}

std::int64_t power_levels::users_default() const { return level_in(content_.if_contains("users_default")).value_or(0); }

std::int64_t power_levels::needed_to(std::string_view action) const {
    return level_in(content_.if_contains(action)).value_or(action == "invite" ? 0 : 50);
}

std::int64_t power_levels::needed_to_set(std::string_view event_type) const {
    const auto default_level = level_in(content_.if_contains("state_default")).value_or(50);
    return level_in(content_, "events", event_type).value_or(default_level);
}

std::optional<room_role> role_of(std::string_view account, const power_levels& in, const role_levels& levels) {
    if (in.is_creator(account)) return std::nullopt;
    const auto level = in.of(account);
    if (level == levels.owner) return room_role::owner;
    if (level == levels.moderator) return room_role::moderator;
    if (level == in.users_default() || level == 0) return room_role::member;
    return std::nullopt;
}

merged_levels merge(const power_levels& into, std::span<const role_change> changes, const role_levels& levels,
                    std::string_view own_account) {
    merged_levels merged{into.content(), false, {}};
    auto& users = merged.content["users"];
    if (!users.is_object()) users.emplace_object();
    const auto own_level = into.of(own_account);
    const bool role_by_default = into.users_default() == levels.moderator || into.users_default() == levels.owner;
    for (const auto& [account, role, where_hand_set] : changes) {
        if (account == own_account || into.is_creator(account)) continue;
        const auto has = role_of(account, into, levels);
        if (has == role || (!has && where_hand_set == hand_set::keep)) continue;
        const auto wanted = level_of(role, levels);
        // Synapse, event_auth.py: "You don't have permission to remove ops level equal to your own".
        if (into.of(account) >= own_level || wanted > own_level) {
            merged.out_of_reach.push_back(account);
            continue;
        }
        // Without an entry a person has users_default, which somebody may have set to what a moderator has.
        if (role == room_role::member && !role_by_default)
            users.get_object().erase(account);
        else
            users.get_object()[account] = wanted;
        merged.changed = true;
    }
    return merged;
}

}  // namespace communication_matrix
