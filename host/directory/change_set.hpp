#pragma once

#include "directory/absence.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/picture.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace commhost::directory {

/// How often in a row, and since when, complete reads of its source have not named what the source once named.
template <class Key>
struct absence_of {
    Key key;
    directory::absence absence;  ///< Of no reads: it is named again.

    friend bool operator==(const absence_of&, const absence_of&) = default;
};

template <class Record, class Key>
struct changes_of {
    std::vector<Record> inserted;
    std::vector<Record> updated;  ///< The whole record as it shall be.
    std::vector<Key> deleted;
    std::vector<absence_of<Key>> absent;  ///< Only marked: nobody's room is touched.

    bool empty() const { return inserted.empty() && updated.empty() && deleted.empty() && absent.empty(); }
};

/// What one source wants changed, all of it named by external ids. A value: it can be printed, kept and applied later.
///
/// Several sources may name the same user or instance. The first to do so owns it: its fields are the owner's word.
/// Each other source claims it, which keeps it from being deleted. `deleted` takes the source's claim back: with the
/// last claim gone it gets the status deleted, and when the owner goes first the claim of the next source (by name)
/// becomes the owner, whose fields come with its next change set. Memberships belong to the source alone; deleting one
/// erases the row.
struct change_set {
    std::string source;
    /// The revision of the directory this was computed from; apply refuses it for any other. Absent: applied whatever
    /// the directory holds, for single changes by hand.
    std::optional<std::int64_t> revision;

    changes_of<user_record, std::string> users;
    std::vector<std::string> claimed_users;  ///< There already, owned by another source.
    changes_of<instance_record, instance_key> instances;
    std::vector<instance_key> claimed_instances;
    std::vector<picture> pictures;  ///< Those that records name and the directory has not yet.
    changes_of<membership_record, membership_key> memberships;

    bool empty() const {
        return users.empty() && claimed_users.empty() && instances.empty() && claimed_instances.empty() &&
               memberships.empty();
    }
};

/// A number that grows with every change of users, instances and memberships.
std::int64_t revision(store::connection& sql);

/// Has plans that were made before refused, where something else has changed of which they depend. Locks as lock_revision does.
void move_revision(store::connection& sql);

/// Waits for whoever is changing the directory, and keeps everybody else from it until the caller's transaction ends: what is read
/// from now on is still so when it is changed. Returns the revision.
std::int64_t lock_revision(store::connection& sql);

/// Makes the changes in the caller's transaction, with a number of statements that grows with thousands of rows, not
/// with rows. Returns the instances touched, by rising id: those with a field of their own changed, with a membership
/// changed, or with a changed user among their memberships. The caller queues exactly these.
///
/// Pictures that no instance and no user has any more are dropped.
///
/// A membership of a user or an instance that does not exist, or a picture that nobody has brought, is an error of the caller:
/// DIRECTORY_REFERENCE.
/// Throws message::error (DIRECTORY_MOVED when the directory is not at change_set::revision any more,
/// DIRECTORY_REFERENCE, STORE_...).
std::vector<instance_id> apply(store::connection& sql, const change_set& changes, store::milliseconds_utc now);

}  // namespace commhost::directory
