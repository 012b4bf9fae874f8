#pragma once

#include "communication/room.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"
#include "task/task.hpp"

#include <core_communication/identity.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// The kind of task that has a provider erase what its server holds about a person (privacy_provider).
inline constexpr std::string_view erase_kind = "erase";

task::new_task erase_task(std::string_view provider, core_communication::user_id person);

/// The person that an erase task names; empty for a payload that names none.
std::optional<core_communication::user_id> person_of(std::string_view payload);

/// What is kept about a person beside the directory.
struct standing_in_room {
    communication_id room{};
    bool synced = false;
    bool leaving = false;
    std::optional<std::string> error;
};
std::vector<standing_in_room> rooms_with(store::connection& on, core_communication::user_id person);

struct account_at {
    std::string provider;
    std::string account;
    bool made = false;  ///< By the provider; else found.
};
std::vector<account_at> accounts_with(store::connection& on, core_communication::user_id person);
std::optional<account_at> account_with(store::connection& on, std::string_view provider,
                                       core_communication::user_id person);

/// In the audit, what became of the account of somebody who is erased. A row of the latter keeps the account's name (room_audit.hpp's
/// account_json, in before) when the person is erased: an admin has to erase it there by hand.
inline constexpr std::string_view erased_on_server = "account_erased";
inline constexpr std::string_view left_on_server = "account_left_on_server";

/// Begins to erase a person: directory::begin_erasure, and a task for each room. The caller's transaction. Returns how many
/// rooms were queued.
std::size_t begin_erasure(store::connection& within, core_communication::user_id person, store::milliseconds_utc now);

/// After the provider has erased what it holds: the account is forgotten, and its name in what rooms and tasks say, and the audit
/// of the time when nobody knew whose it is.
void forget_account(store::connection& within, std::string_view provider, core_communication::user_id person);

/// Goes on with each erasure under way as far as it can: whoever is out of all rooms has an erase task queued for each
/// provider with an account, and whoever has no account any more is erased from the directory and the audit, with one row
/// there that it was done. A question and no more where nothing is under way. Returns how many were finished.
std::size_t advance_erasures(store::connection& within, store::milliseconds_utc now);

}  // namespace commhost::communication
