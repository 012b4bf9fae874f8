#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// The SQL of communication_account: which account each person has at a provider, and whose each account is. Each function is
/// a few statements, however many people.

/// The accounts of these people at a provider; who has none is not in the result.
std::map<core_communication::user_id, std::string> accounts_of(store::connection& on, std::string_view provider,
                                                               std::span<const core_communication::user_id> users);

/// Whose accounts these are; nobody's are not in the result.
std::map<std::string, core_communication::user_id, std::less<>>
owners_of(store::connection& on, std::string_view provider, std::span<const std::string> accounts);

/// Stores accounts. Returns the people whose account is meanwhile another person's; theirs are not stored.
std::vector<core_communication::user_id>
record_accounts(store::connection& on, std::string_view provider,
                const std::map<core_communication::user_id, std::string>& accounts);

}  // namespace commhost::communication
