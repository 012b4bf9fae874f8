#pragma once

#include "audit/audit.hpp"
#include "communication/policy.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"
#include "task/task.hpp"

#include <core_communication/identity.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

// The accounts of people who have left (directory/leaving.hpp), and of those who are back: account_standing_provider. What was done to
// an account stands beside it, so that whatever changes of people, or of what a provider is set to do, is seen by comparing.

/// The kind of task that has a provider see to them. There is at most one for each provider.
inline constexpr std::string_view leavers_kind = "leavers";
task::new_task leavers_task(std::string_view provider, task::lane lane,
                            std::optional<store::milliseconds_utc> not_before = std::nullopt);

/// What a provider is set to do where it is to leave such accounts alone.
inline constexpr std::string_view left_alone = "nothing";

/// Whether account_standing_provider::for_leavers may say so.
bool is_standing(std::string_view word);

/// What is kept of an account. All but begun is one text, as stored: nothing was done ("" or "nothing", which says besides that it was so
/// decided), "lock", or "!lock" where the provider never will; behind a space what it had done before that.
struct kept_standing {
    std::string
        decided;  ///< What the provider was set to do when it was last looked at; empty: the person was not gone.
    bool is_refused = false;
    std::string applied;  ///< What is to be taken back when the person returns; empty: nothing.
    std::string
        begun{};  ///< What a call to the provider was about of which it is not known what it did, so that it may be applied, too.

    friend bool operator==(const kept_standing&, const kept_standing&) = default;
};
kept_standing standing_in(std::string_view stored, std::string begun = {});
std::string to_text(const kept_standing& standing);

/// What is to be done to an account.
struct standing_step {
    bool asks_provider = false;  ///< Else it is only to be kept that it was looked at.
    std::string applied{};       ///< What the provider is told that it may have to take back.
    kept_standing becomes;       ///< Once it is done.
};

/// Nothing where all is as it is to be. for_leavers: what the provider is set to do. Of who has left, what is done already is left as it is where that
/// is nothing. What was begun counts as applied; where that is another word than the one applied, a step for each. Pure.
std::optional<standing_step> next_step(const kept_standing& now, bool has_left, const std::string& for_leavers);

/// An account that this provider made, with what is to be done to it.
struct leaver {
    core_communication::user_id user{};
    std::string account;
    bool has_left = false;
    kept_standing now;
    standing_step next;
};

/// Which of them; what is not set does not matter.
struct leaver_choice {
    std::optional<bool> has_left{};
    std::optional<bool> is_begun{};  ///< Whether a call was begun before of which it is not known what it did.
};

/// Those of which there is something to do, by user id, at most so many, behind that user: a few statements for some thousand accounts.
std::vector<leaver> leavers_of(store::connection& on, std::string_view provider, const std::string& for_leavers,
                               core_communication::user_id behind, std::size_t most, const leaver_choice& which = {});

/// Before the provider is asked about them (next.asks_provider), in a transaction that has ended by then: keeps what the call is about, so
/// that a call whose end nobody sees is followed up all the same.
void record_begun(store::connection& within, std::string_view provider, const std::string& for_leavers,
                  std::span<const leaver> asked);

/// In the audit, what became of an account: before and after have what was done to it.
inline constexpr std::string_view account_closed = "account_closed";
inline constexpr std::string_view account_reopened = "account_reopened";
inline constexpr std::string_view account_not_closed = "account_not_closed";

/// Keeps what these accounts have become (next.becomes), unless the person has another one by now, with a row of the audit for each whose
/// provider was asked. Returns whether somebody has left or come back since they were looked at, who is to be seen to at once.
bool record_standings(store::connection& within, std::string_view provider, std::span<const leaver> done,
                      const audit::origin& by, store::milliseconds_utc now);

/// After people changed in the directory: a task for each provider with an account of one of them that may have to be closed or opened.
/// The caller's transaction, behind rooms. Returns how many.
std::size_t follow_leavers(store::connection& within, const std::set<std::string>& people, store::milliseconds_utc now);
std::size_t follow_leavers(store::connection& within, std::span<const core_communication::user_id> people,
                           store::milliseconds_utc now);

/// The same of everybody who has left, for what a provider may be set to do by now, and of who is back and still closed.
std::size_t look_at_leavers(store::connection& within, store::milliseconds_utc now);

/// Everybody who has an account that a provider made: they are who would lose more than rooms.
std::set<core_communication::user_id> people_with_accounts(store::connection& on);

}  // namespace commhost::communication
