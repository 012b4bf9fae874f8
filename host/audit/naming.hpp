#pragma once

#include "audit/audit.hpp"
#include "store/connection.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::audit {

// Rows that name somebody by a text, whomever they are about. Each kind has an index of its own (migrations.cpp), so that none of these
// functions reads more of the audit than the rows of that kind, which are few. All throw message::error (STORE_...).

/// In the audit, that an account stays on its server after its person was erased. Its name is in before, until it is erased there by
/// hand.
inline constexpr std::string_view left_on_server = "account_left_on_server";

/// Rows that say of rules ("room_rules_changed") that they leave one of these accounts alone ("exempt"), or did; the newest first.
std::vector<recorded> rules_exempting(store::connection& on, const std::set<std::string>& accounts);

/// Puts `by` in the place of those accounts.
void blank_exempt(store::connection& within, const std::set<std::string>& accounts, std::string_view by);

/// Whether somebody who was said to be another person is named; by that one's external id.
using named_person = std::function<bool(const std::string& external_id)>;

/// Rows that say of somebody, before or after, that they are a person whom is_meant means ("merged_into"); the newest first.
std::vector<recorded> mergers_into(store::connection& on, const named_person& is_meant);

/// Puts `by` in the place of those ids.
void blank_mergers_into(store::connection& within, const named_person& is_meant, std::string_view by);

/// All ids that rows name like that.
std::set<std::string> merged_into(store::connection& on);

/// Rows about nobody's memberships, at a provider, that have this before them: of the time when it was not known whose account it
/// is. The newest first.
std::vector<recorded> of_unknown(store::connection& on, std::string_view provider, std::string_view before);

/// Takes out of those what they have before.
void anonymise_unknown(store::connection& within, std::string_view provider, std::string_view before);

/// Rows of left_on_server that name an account still, the newest first.
std::vector<recorded> left_on_servers(store::connection& on);

/// Those of a provider that have this before them.
std::vector<recorded> left_with(store::connection& on, std::string_view provider, std::string_view before);

/// Takes out of those of a provider that have this before them what they have before.
void blank_left(store::connection& within, std::string_view provider, std::string_view before);

}  // namespace commhost::audit
