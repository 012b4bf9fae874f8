#pragma once

#include "directory/change_set.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

/// What takes the last changes of a source back.
struct undo {
    store::milliseconds_utc at = 0;  ///< When they were made.
    directory::change_set changes;
};

// The SQL of the table roster_undo. All throw message::error (STORE_...).

/// Before changes are applied: puts the pictures that their inverse needs into it.
void add_pictures(store::connection& on, directory::change_set& inverse);

/// Keeps the inverse of the changes that were applied at that time, in the place of an older one of the source.
void keep_undo(store::connection& on, const directory::change_set& inverse, store::milliseconds_utc at);

/// Throws message::error (ROSTER_UNDO_NOTHING).
undo find_undo(store::connection& on, std::string_view source);

/// Whatever of it is not as the changes left it, by name: "oneroster/class/c1", "u1", "u1 in oneroster/class/c1". Empty when
/// it can be undone.
std::vector<std::string> moved_since(store::connection& on, const undo& of);

}  // namespace commhost::roster
