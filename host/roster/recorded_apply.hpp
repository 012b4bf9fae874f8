#pragma once

#include "audit/audit.hpp"
#include "directory/change_set.hpp"
#include "directory/named.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace commhost::roster {

/// What the directory has of the rows that a change set names.
struct named_rows {
    std::map<std::string, directory::user, std::less<>> users;
    std::map<directory::instance_key, directory::instance> instances;
    std::map<directory::membership_key, directory::membership_record> memberships;  ///< The source's own.
};

/// The rows of the audit for an application of changes: before and after have what was stored before and is stored after.
/// Pure. before.users and after.users may have others than the change set names: who became somebody else through it.
///
/// One row for each user, instance and membership that has changed, with the fields that differ; none for what is as it was, such as
/// a user whom another source still names. People who are put into an instance that appears with them are one row of the instance
/// ("memberships_added", with their number): so a first import is as many rows as it has classes and people, and not as
/// it has memberships. Whoever is removed or gets another role is a row of their own in any case.
std::vector<audit::entry> entries_of(const directory::change_set& changes, const named_rows& before,
                                     const named_rows& after, const audit::origin& by);

/// What was applied: the instances that were touched (directory::apply), and the cause that its rows of the audit have.
struct recorded_application {
    std::vector<directory::instance_id> touched;
    std::string cause;
};

/// directory::apply, with its audit in the same transaction: what entries_of says, by "roster:SOURCE", and one row
/// "roster_applied" by whoever has it done, with the reason that they gave. The cause of all of them is that of by (cause.hpp);
/// "import" gets the number of the revision. A change set of nothing is no row. The number of statements grows with thousands of
/// rows. Throws as directory::apply.
recorded_application apply_recorded(store::connection& within, const directory::change_set& changes,
                                    const audit::origin& by, store::milliseconds_utc now);

}  // namespace commhost::roster
