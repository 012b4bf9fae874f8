#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::directory {

/// That somebody asked for a person to be erased. It stays, without anything of the person, when that is done.
struct erasure {
    user_id user{};
    store::milliseconds_utc asked = 0;
    std::optional<store::milliseconds_utc> done;
};

/// What a person is called whose data were erased: "erased-" and the number. Where somebody is called so whom a roster named before it
/// might not any more (is_erased_name), there are as many zeros before the number as are needed.
std::string erased_name(store::connection& on, user_id person);

/// Whether an external id is "erased-" and digits, whosever number that is.
bool is_erased_name(std::string_view external_id);

/// Takes all memberships and all sources' claims from a person, who is deleted then, and notes that the rest is to be erased once
/// nobody needs it any more. Returns the instances touched, by rising id: the caller queues their rooms. Asked again, the same.
std::vector<instance_id> begin_erasure(store::connection& within, user_id person, store::milliseconds_utc now);

/// Those that are not done, by when they were asked for; a few.
std::vector<erasure> erasures_under_way(store::connection& on);

std::optional<erasure> find_erasure(store::connection& on, user_id person);

/// Of those under way whom a source has named again meanwhile, by id. One statement.
std::vector<user_id> erasures_of_named(store::connection& on);

struct withdrawn_erasures {
    std::vector<user_id> people;    ///< By id.
    std::set<instance_id> touched;  ///< Whose members are others now.
};

/// Those are withdrawn, and whoever of these people was merged into somebody who is still being erased is a person again
/// (part_from_leaving).
withdrawn_erasures withdraw_erasures_of_named(store::connection& within, store::milliseconds_utc now);

/// Takes out of the directory whatever it has of the person. The number stays, and names nobody: the external id is
/// erased_name(). A source that still names the person, by the former id, names somebody new.
/// Whoever was merged into the person is whoever the person was, or a person again: returns the instances that it concerns, by
/// rising id, for the caller to queue their rooms. Where a source has named the person again meanwhile, the erasure is withdrawn,
/// nothing is taken out and nothing returned.
std::optional<std::vector<instance_id>> finish_erasure(store::connection& within, user_id person,
                                                       store::milliseconds_utc now);

/// Has whoever is merged into somebody whose erasure is done be a person again: finish_erasure leaves nobody like that, but did so in a
/// database that it worked on before it knew mergers. Returns the instances that it concerns, for the caller to queue their rooms.
std::vector<instance_id> part_from_finished(store::connection& within, store::milliseconds_utc now);

}  // namespace commhost::directory
