#pragma once

#include "audit/audit.hpp"
#include "cli/context.hpp"
#include "communication/api.hpp"
#include "directory/standing.hpp"
#include "directory/stored.hpp"
#include "roster/brake.hpp"
#include "roster/held.hpp"
#include "roster/plan.hpp"
#include "roster/undo.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace commhost::cli {

// What the commands that change the directory have in common: roster apply, approve and undo.

/// The directory at one moment, as one source sees it.
struct directory_side {
    std::string database;  ///< communication::site_id.
    directory::stored stored;
    std::vector<directory::standing_member> standing;
    std::optional<directory::change_set> held;
    std::optional<std::string> last_read;        ///< Its digest (roster/last_read.hpp).
    std::set<directory::user_id> with_accounts;  ///< That a provider may close.
};
directory_side read_side(context& shared, const std::string& source);

/// What the brake makes of changes, as the configuration has it.
roster::braked brake(context& shared, directory::change_set changes, const directory_side& side,
                     store::milliseconds_utc now);

/// Where rooms are made that the roster gives none.
struct room_choice {
    std::string provider;
    communication::chosen_by by = communication::chosen_by::configuration;
};
/// given: --provider. Throws message::error (PLUGIN_UNKNOWN).
room_choice room_choice_of(context& shared, const std::optional<std::string>& given);

struct queued_rooms {
    std::size_t queued = 0;
    std::size_t without_room = 0;
    std::size_t pictures_not_kept = 0;  ///< That were replaced, and that an undo does not put back (roster::add_pictures).
    std::string cause;  ///< What was applied, with its number (roster/cause.hpp).
};

/// In the caller's transaction: applies the changes, keeps what takes them back (inverse; its pictures are looked up),
/// gives rooms to whom they lack and queues the tasks. by: who has it done and because of what, for the audit. before: how the
/// source stood until now. Changes of nothing leave the last undo in its place.
queued_rooms apply_changes(store::connection& on, const directory::change_set& changes, directory::change_set inverse,
                           const room_choice& rooms, const audit::origin& by, store::milliseconds_utc now,
                           const roster::before_apply& before = {});

/// A note about instances that have no room because nobody named a provider.
void tell_without_room(const output& out, std::size_t number);

/// The same of pictures that an undo will not put back.
void tell_not_kept(const output& out, std::size_t pictures);

/// Writes what write does to a file, whole or not at all and for its owner alone, as there are people in it. file empty:
/// to stdout. Throws message::error (ROSTER_WRITE).
void write_document(const std::optional<std::string>& file, const std::function<void(std::ostream&)>& write);

}  // namespace commhost::cli
