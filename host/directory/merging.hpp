#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <vector>

namespace commhost::directory {

// That two people of the directory are one, as an admin says it: what any source says of the one puts the other into rooms. It goes
// before what rosters say (user_record::merged_into), until it is taken back.

/// Has a person be another one, or whoever that one has turned out to be. Returns the instances that it concerns, by rising id:
/// the caller queues their rooms. Throws message::error (DIRECTORY_MERGER_ROUND where both are one already,
/// DIRECTORY_MERGER_INACTIVE where the other one is suspended or deleted: the person would be in no room any more).
std::vector<instance_id> merge_by_hand(store::connection& sql, const user& person, const user& into,
                                       store::milliseconds_utc now);

/// Takes that back: each is a person again, in the rooms in which sources name them. What a roster said of it before is said
/// again by its next import. Throws message::error (DIRECTORY_MERGER_NONE).
std::vector<instance_id> part_by_hand(store::connection& sql, const user& person, store::milliseconds_utc now);

/// Once a person is erased: whoever was merged into them, by hand or by a source, is `last` instead, the one that the erased
/// person was; or a person again where there is none. Returns the instances that it concerns, by rising id.
std::vector<instance_id> part_from_erased(store::connection& sql, user_id erased, std::optional<user_id> last,
                                          store::milliseconds_utc now);

/// Of a person who is not to be erased: where they were merged into somebody whose erasure is under way, who is in no room, they are
/// a person again. Returns the instances that it concerns, by rising id.
std::vector<instance_id> part_from_leaving(store::connection& sql, user_id person, store::milliseconds_utc now);

/// For whoever has changed who is merged into whom: puts back what was said by hand, and has everybody be the last of several who
/// are merged one into the other. Returns those of whom that has changed something.
std::vector<user_id> settle_mergers(store::connection& sql);

}  // namespace commhost::directory
