#pragma once

#include "directory/change_set.hpp"
#include "directory/stored.hpp"
#include "roster/held.hpp"
#include "roster/plan.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

/// How a source stood before an apply, besides what the directory has of it.
struct before_apply {
    std::optional<held_id> held{};  ///< Removals of the source that were held until then.
    /// Of a complete read: the digest of the one before it (last_read.hpp), the empty text where there was none. Absent for what
    /// was no complete read.
    std::optional<std::string> read{};
};

/// What takes the last apply of a source back.
struct undo {
    store::milliseconds_utc at = 0;  ///< When it was made.
    std::string cause;               ///< What was applied (cause.hpp); empty when an older program applied it.
    before_apply before{};
    directory::change_set changes;  ///< Empty for an import of which everything was held.
};

/// What the apply had done: what was added, changed and removed by it.
struct undone_counts {
    change_counts users;
    change_counts instances;
    change_counts memberships;
};

/// Of one that nothing has moved since; stored: as it is now. Pure.
undone_counts counts_of(const undo& of, const directory::stored& stored);

// The SQL of the table roster_undo. All throw message::error (STORE_...).

/// Of all pictures that an undo puts back, in bytes: the undo is one text of the database, and is read whole where somebody is erased.
inline constexpr std::size_t most_bytes_of_undone_pictures = std::size_t{32} << 20U;

/// Before changes are applied: puts the pictures that their inverse needs into it, those of instances first. What is beyond that size is not
/// put back: the inverse says nothing of it. Returns of how many that is so.
std::size_t add_pictures(store::connection& on, directory::change_set& inverse,
                         std::size_t most_bytes = most_bytes_of_undone_pictures);

/// Keeps it in the place of an older one of the source, which is that of its changes.
void keep_undo(store::connection& on, const undo& back);

/// Throws message::error (ROSTER_UNDO_NOTHING).
undo find_undo(store::connection& on, std::string_view source);

/// Whatever of it is not as the changes left it, by name: "oneroster/class/c1", "u1", "u1 in oneroster/class/c1". Empty when
/// it can be undone.
std::vector<std::string> moved_since(store::connection& on, const undo& of);

}  // namespace commhost::roster
