#pragma once

#include "audit/audit.hpp"
#include "communication/room.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace commhost::communication {

// What is kept about a person beside the directory: for an export, and for the erasure that takes it out again. All throw
// message::error (STORE_...).

/// How a person stands to a room: the row of communication_user.
struct standing_in_room {
    communication_id room{};
    bool synced = false;
    bool leaving = false;
    core_communication::room_role role{};                    ///< The one that was last given.
    std::optional<core_communication::presence> presence{};  ///< As the room was last read.
    int attempts = 0;                                        ///< That failed.
    std::optional<std::string> error_kind{};
    std::optional<std::string> error{};
    std::optional<store::milliseconds_utc> error_at{};
};
std::vector<standing_in_room> rooms_with(store::connection& on, core_communication::user_id person);

struct account_at {
    std::string provider;
    std::string account;
    bool made = false;    ///< By the provider; else found.
    bool former = false;  ///< Another one has taken its place; it may still be there on the server.
    std::string
        picture_note{};  ///< What the provider keeps of the picture that it gave the account (person_pictures::note_pictures).
};

/// By provider, and of each the one in use before the former ones. A former one that is somebody else's now is nobody else's.
std::vector<account_at> accounts_with(store::connection& on, core_communication::user_id person);

/// The rows of the audit about the person, and those that name the person and are about something else: rules that left an account
/// alone, somebody who was said to be this person, and what was done with an account when nobody knew whose it was, or when it was
/// somebody else's who was erased. The newest first.
std::vector<audit::recorded> audit_with(store::connection& on, const directory::user& person,
                                        std::span<const account_at> accounts);

/// What a provider keeps in which an account stands.
struct value_with_account {
    std::string provider;
    std::optional<communication_id> room;  ///< None: for its site.
    std::string key;
};
std::vector<value_with_account> values_with(store::connection& on, std::span<const account_at> accounts);

}  // namespace commhost::communication
