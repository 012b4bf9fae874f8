#pragma once

#include "communication/policy.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace commhost::communication {

/// What the host has on record about a person and a room.
struct known_member {
    core_communication::user_id user{};
    bool has_account = false;  ///< An account at this provider is known.
    bool synced = false;       ///< The provider has confirmed that the person is in the room, with role.
    core_communication::room_role role = core_communication::room_role::member;
    /// As the last read of the server had it, where that is something else than joined. Told, not compared with.
    std::optional<core_communication::presence> presence{};
    /// Asked for an account in this pass, the provider said that there is none and will be none: nobody who is seen in the
    /// room is this person. Told by who compares, not stored.
    bool account_refused = false;
    /// Wanted for no other reason than that somebody put them into the room by hand (unlisted_policy::adopt). Told, as above.
    bool adopted = false;

    friend bool operator==(const known_member&, const known_member&) = default;
};

/// Somebody who was seen in the room on the server. Whoever is nobody's account has a negative user id.
struct observed_member {
    core_communication::user_id user{};
    std::optional<core_communication::room_role> role;  ///< Empty: set by hand to something that is none of ours.
    bool exempt = false;
    core_communication::presence presence = core_communication::presence::joined;
};

/// A read of the room on the server.
struct observation {
    std::vector<observed_member> members;
    bool complete = false;
};

/// What has to be done to make a room equal to the roster. Each list is by user id; nobody is in two of them.
struct difference {
    std::vector<core_communication::user_id> add;
    std::vector<core_communication::user_id> change_role;
    std::vector<core_communication::user_id> remove;
    std::vector<core_communication::member> settle;   ///< As wanted already: only to be put on record.
    std::vector<core_communication::user_id> forget;  ///< Neither wanted nor there: only the record goes.
    std::vector<core_communication::user_id> banned;  ///< Wanted, and shut out on the server: not added, but told.
    std::vector<core_communication::user_id> spared;  ///< Strangers who would be removed, and may be somebody wanted.
    std::vector<core_communication::member> adopt;    ///< Put into the room by hand: they become members.
    std::vector<core_communication::user_id>
        release;  ///< Adopted, and taken out by hand again: they are none any more.

    friend bool operator==(const difference&, const difference&) = default;
};

/// Compares. No I/O, no clock: the same input gives the same output, in time proportional to n log n.
///
/// wanted and known in any order, nobody twice in either. seen: empty where the server was not read (a provider that
/// cannot, or a room that was just made); then the record is believed. Absence is believed only of a complete read.
/// Who was invited counts as being there: nobody is invited twice. Who is told to have left or to be banned is absent,
/// be the read complete or not.
/// People without an account are passed over: they wait. As long as there is one of whom it is not known that there is
/// none (known_member::account_refused), nobody of unknown account is removed as unlisted: it may be that person's account,
/// of which only the record was lost.
difference compare(std::span<const core_communication::member> wanted, std::span<const known_member> known,
                   const std::optional<observation>& seen, const policy& rules);

}  // namespace commhost::communication
