#pragma once

#include <core_communication/identity.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace core_communication::inline v1 {

/// What a person may do in a room, lowest first. Each provider maps them to its own: Matrix to power levels, XMPP to
/// affiliations, a mailing list to subscriber, moderator and owner.
enum class room_role : std::uint8_t { member, moderator, owner };

/// A person whom the institution wants in the room.
struct member {
    user_id user{};
    room_role role = room_role::member;

    friend bool operator==(const member&, const member&) = default;
};

/// What the roster says about a person. Text is UTF-8 without control characters; empty means unknown.
struct person {
    user_id user{};
    std::string username;
    std::string display_name;
    std::string given_name;
    std::string family_name;
    std::string email;
};

/// Somebody who is in the room on the server.
struct remote_member {
    /// The account as this provider writes it, byte for byte as handed to processor::set_account.
    std::string account;
    /// Empty where the server holds something that is none of our roles, set there by hand: the host then leaves it.
    std::optional<room_role> role;
    /// True for accounts that must never be removed, such as the one this provider works with.
    bool exempt = false;
};

}  // namespace core_communication::inline v1
