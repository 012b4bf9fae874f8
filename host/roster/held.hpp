#pragma once

#include "directory/change_set.hpp"
#include "directory/stored.hpp"
#include "roster/brake.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

enum class held_id : std::int64_t {};

/// Removals that wait for somebody to say what becomes of them. A source has one of these at most: what its newest import
/// held.
struct held_removals {
    held_id id{};
    std::string source;
    store::milliseconds_utc at = 0;
    std::int64_t removals = 0;
    std::int64_t rooms = 0;
    std::string because;  ///< As to_string(held_because).
    std::optional<store::milliseconds_utc> until{};
};

/// What became of held removals. Stored as the words that to_string gives.
enum class held_decision : std::uint8_t {
    approved,
    discarded,
    undone,  ///< The import that held them was taken back.
};

/// "approved", "discarded", "undone".
std::string_view to_string(held_decision decision);

struct decided {
    held_decision what = held_decision::discarded;
    std::string by;      ///< A login.
    std::string reason;  ///< In their words.
    store::milliseconds_utc at = 0;
};

// The SQL of the table roster_held. All throw message::error (STORE_...).

/// Those of which nobody has decided, by id.
std::vector<held_removals> list_held(store::connection& on);

/// Those of which somebody has, the newest decision first, at most so many.
struct decided_removals {
    held_removals was;
    decided how;
};
std::vector<decided_removals> list_decided(store::connection& on, std::int64_t most);

/// Throws message::error (ROSTER_HELD_UNKNOWN).
held_removals find_held(store::connection& on, held_id id);

/// What is held of a source; empty when nothing is.
std::optional<directory::change_set> held_of(store::connection& on, std::string_view source);

/// The number of what waits of a source, if anything does.
std::optional<held_id> pending_of(store::connection& on, std::string_view source);

/// Puts what a new import of the source holds in the place of what was held of it before. Returns it, where it holds
/// anything. To be called after keep_undo: what an undo may have wait again is kept, what none does is forgotten.
std::optional<held_id> replace_held(store::connection& on, const braked& taken, const directory::stored& stored,
                                    store::milliseconds_utc now);

/// Of held removals those that still stand as they did when they were held, as changes without a revision.
/// Throws message::error (ROSTER_HELD_UNKNOWN).
struct approved {
    directory::change_set changes;
    std::size_t left_out = 0;
    directory::change_set inverse;  ///< inverse_of them.
};
approved approve(store::connection& on, held_id id);

/// Ends the wait: they are not held any more, and who decided what, and why, is kept.
/// Throws message::error (ROSTER_HELD_UNKNOWN, also when somebody has decided meanwhile).
void decide(store::connection& on, held_id id, const decided& how);

/// What undo_held would have wait again; empty where it is kept no more.
std::optional<held_removals> find_laid_aside(store::connection& on, held_id id);

/// What is held of a source is no more, as the apply that held it is taken back; what was held before that apply is again, where
/// anything was (undo::held_before). how: who undoes it. Either may be called for again by the undo of this.
struct undone_held {
    std::optional<held_removals> dropped;
    std::optional<held_removals> again;
};
undone_held undo_held(store::connection& on, std::string_view source, std::optional<held_id> before,
                      const decided& how);

}  // namespace commhost::roster
