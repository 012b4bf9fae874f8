#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/person_pictures.hpp>
#include <core_communication/processor.hpp>

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// An account that a provider has told.
struct told_account {
    std::string account;
    core_communication::account_origin origin = core_communication::account_origin::found;
};

/// The SQL of communication_account: which account each person has at a provider, whose
/// each account is, and what profile it shows. Each function is
/// a few statements, however many people.

/// The accounts of these people at a provider; who has none is not in the result.
std::map<core_communication::user_id, std::string> accounts_of(store::connection& on, std::string_view provider,
                                                               std::span<const core_communication::user_id> users);

/// Whose accounts these are; nobody's are not in the result.
std::map<std::string, core_communication::user_id, std::less<>>
owners_of(store::connection& on, std::string_view provider, std::span<const std::string> accounts);

/// Stores accounts. Returns the people whose account is meanwhile another person's; theirs are not stored. An account that
/// was made stays so when it is found again. One that another one replaces is kept as a former account (erasure.hpp).
std::vector<core_communication::user_id>
record_accounts(store::connection& on, std::string_view provider,
                const std::map<core_communication::user_id, told_account>& accounts);

/// Stores which profile (directory::profiles) these people's accounts show now; who has no account is passed over.
void record_profiles(store::connection& on, std::string_view provider,
                     const std::map<core_communication::user_id, std::string>& profiles);

/// What providers keep of the pictures that these people's accounts show; who has nothing kept is not in the result.
std::map<core_communication::user_id, std::string> picture_notes_of(store::connection& on, std::string_view provider,
                                                                    std::span<const core_communication::user_id> users);

/// Stores that; who has no account is passed over.
void record_picture_notes(store::connection& on, std::string_view provider,
                          std::span<const core_communication::picture_note> notes);

/// Those wanted in the room whose account the provider made, with the profile that was recorded last.
std::map<core_communication::user_id, std::string>
made_accounts(store::connection& on, core_communication::communication_id room, std::string_view provider);

}  // namespace commhost::communication
