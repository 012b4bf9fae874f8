#pragma once

#include "audit/audit.hpp"
#include "audit/naming.hpp"
#include "communication/person_record.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"
#include "task/task.hpp"

#include <core_communication/identity.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// The kind of task that has a provider erase what its server holds about a person (privacy_provider).
inline constexpr std::string_view erase_kind = "erase";

task::new_task erase_task(std::string_view provider, core_communication::user_id person);

/// The person that an erase task names; empty for a payload that names none.
std::optional<core_communication::user_id> person_of(std::string_view payload);

/// In the audit, what became of the account of somebody who is erased. A row of the latter keeps the account's name (room_audit.hpp's
/// account_json, in before) when the person is erased: an admin has to erase it there by hand.
inline constexpr std::string_view erased_on_server = "account_erased";
inline constexpr std::string_view left_on_server = audit::left_on_server;

/// Begins to erase a person: directory::begin_erasure, and a task for each room. What has failed for an erasure before is tried again.
/// The caller's transaction. Returns how many rooms were queued.
std::size_t begin_erasure(store::connection& within, core_communication::user_id person, store::milliseconds_utc now);

/// Whether accounts of the person may go now: an erasure is under way, no source has named the person again, and no room needs an
/// account any more.
bool may_be_erased(store::connection& on, core_communication::user_id person);

/// An account of the person's at a provider as it is now, if it may go now: may_be_erased, and neither forgotten nor somebody
/// else's meanwhile.
std::optional<account_at> account_to_erase(store::connection& on, std::string_view provider,
                                           core_communication::user_id person, std::string_view account);

/// Somebody's account at a provider.
struct account_of {
    core_communication::user_id person{};
    std::string provider;
    std::string account;
};

/// After the provider has erased what it holds: an account of the person is forgotten, and its name in what rooms and tasks
/// say, in what the provider keeps, in rules that leave it alone, and in the audit of those, of the time when nobody knew
/// whose it is, and of an erasure before that left it on the server (accounts_left): what became of it now counts. Locks in the
/// order that everybody has, the directory's revision first, and so several accounts at once.
void forget_accounts(store::connection& within, std::span<const account_of> accounts);

/// For whoever takes a provider out of the records: accounts there of people whose erasure is under way stay on the server, and are
/// forgotten here as one that the provider has left, with a row of that in the audit (left_on_server).
void leave_accounts(store::connection& within, std::string_view provider, const audit::origin& by,
                    store::milliseconds_utc now);

/// An account that stays on its server after its person was erased, for somebody to erase there by hand.
struct left_account {
    std::int64_t row = 0;  ///< Of the audit.
    core_communication::user_id person{};
    store::milliseconds_utc since = 0;
    std::string provider;
    std::string account;
};

/// Those of which nobody has said yet that they are erased (erased_by_hand), the oldest first. Not those that are somebody's:
/// whose erasure was withdrawn, and who came back as somebody new, may have the same account again.
std::vector<left_account> accounts_left(store::connection& on);

/// In the audit, what erased_by_hand records.
inline constexpr std::string_view erased_by_admin = "account_erased_by_hand";

/// Somebody has erased it on its server: its name is kept no longer, and that, by whom and why is recorded.
void erased_by_hand(store::connection& within, const left_account& left, const audit::origin& by,
                    store::milliseconds_utc now);

/// The same of those that the provider was to erase, and did not: forget_accounts.
void erased_by_hand(store::connection& within, std::span<const account_of> accounts, const audit::origin& by,
                    store::milliseconds_utc now);

/// What erasures under way can go on with.
struct erasure_steps {
    std::vector<core_communication::user_id> named_again;  ///< By a source: these are withdrawn.
    /// Of each provider with an account of somebody who is out of all rooms, former ones counted, where there is none.
    std::vector<task::new_task> tasks;
    /// Of those who are in no room and have no account any more, most_ends at most.
    std::vector<core_communication::user_id> ends;

    bool empty() const { return named_again.empty() && tasks.empty() && ends.empty(); }
};

/// How many erasures end in one transaction: all that is said of anybody is searched for all of their names, behind a lock for which everybody
/// who writes waits.
inline constexpr std::size_t most_ends = 500;

/// Asks the same few questions, however many erasures are under way, and one where none is. first: whose end comes before that of others.
erasure_steps next_steps(store::connection& on, std::span<const core_communication::user_id> first = {});

/// Goes these steps: whoever comes to the end is erased from the directory and the audit, with one row there that it was done; the rooms
/// of those who were merged into them, or are not to be erased any more, are queued. Questions and no more where there is no step; else
/// the directory's revision is locked first. Returns how many were finished; where there are more, the next call goes on.
std::size_t advance_erasures(store::connection& within, store::milliseconds_utc now,
                             std::span<const core_communication::user_id> first = {});

/// Makes up for what an earlier commhost left when it erased people: whoever is merged into one of them is a person again and in rooms, and
/// the audit says no more who it was. A few questions where nothing was left.
void mend_erasures(store::connection& within, store::milliseconds_utc now);

}  // namespace commhost::communication
