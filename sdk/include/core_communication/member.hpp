#pragma once

#include <core_communication/identity.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace core_communication::inline v1 {

/// What a person may do in a room, lowest first. Each provider maps them to its own: Matrix to power levels, XMPP to
/// affiliations, a mailing list to subscriber, moderator and owner.
enum class room_role : std::uint8_t {
    member,     ///< Reads and writes.
    moderator,  ///< Keeps order: a teacher.
    owner,      ///< May do what the room's maker may, as far as the server lets others.
};

/// A person whom the institution wants in the room.
struct member {
    user_id user{};                      ///< Above 0.
    room_role role = room_role::member;  ///< What the roster lets them do there.

    friend bool operator==(const member&, const member&) = default;
};

/// What the roster says about a person. Text is UTF-8 without control characters; empty means unknown.
struct person {
    user_id user{};            ///< As it was asked for.
    std::string username;      ///< In the institution's software, where it is no other person's; at most 255 bytes.
    std::string display_name;  ///< As others are to see it.
    std::string given_name;    ///< Ada
    std::string family_name;   ///< Lovelace
    std::string email;         ///< As the roster has it, unchecked.

    /// What the roster says besides, by the field's name there: "phone", "identifier", "preferredGivenName" of
    /// OneRoster, or whatever a JSON document names under "fields". At most 32 of them; a name has 1 to 60 bytes, a
    /// text 1 to 1,000. Nothing in it has a meaning that the host knows. Send on only what version.json declares as
    /// external_data.
    std::map<std::string, std::string, std::less<>> fields;
};

/// How somebody stands to a room on the server.
enum class presence : std::uint8_t {
    joined,   ///< In the room.
    invited,  ///< Asked in, by us or by somebody else, and has not answered. Not invited again.
    left,     ///< Went by themselves, or turned the invitation down. Not in the room.
    banned,   ///< Shut out by somebody on the server. Not in the room, and not put into it while that lasts.
};

/// Somebody who is in the room on the server, or of whom the server tells why they are not.
struct remote_member {
    /// The account as this provider writes it, byte for byte as handed to processor::set_account.
    std::string account;
    /// Empty where the server holds something that is none of our roles, set there by hand: the host then leaves it.
    std::optional<room_role> role;
    /// True for accounts that must never be removed, such as the one this provider works with.
    bool exempt = false;
    /// Of those who are not in the room, `left` and `banned`, a provider reports whom it can tell; the host asks only
    /// about people of the roster and passes over all others. Who was taken out by somebody else, or was never in, is
    /// not reported.
    core_communication::presence presence = core_communication::presence::joined;
};

}  // namespace core_communication::inline v1
