#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace commhost::directory {

/// That somebody asked for a person to be erased. It stays, without anything of the person, when that is done.
struct erasure {
    user_id user{};
    store::milliseconds_utc asked = 0;
    std::optional<store::milliseconds_utc> done;
};

/// Whether an external id is "erased-" and digits, whosever number that is: finish_erasures calls people so.
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

/// What became of those whose erasure came to its end. All by rising id.
struct finished_erasures {
    std::vector<user_id> people;
    std::vector<user_id> parted;       ///< Who had been merged into one of them.
    std::vector<instance_id> touched;  ///< Whose members are others now: the caller queues their rooms.
};

/// Takes out of the directory whatever it has of these people whose erasure is under way. The number of each stays, and names nobody:
/// the external id is "erased-" and the number. Where somebody is called so whom a roster named before it might not any more
/// (is_erased_name), there are as many zeros before the number as are needed. A source that still names the person, by the former
/// id, names somebody new.
/// Whoever was merged into one of them is whoever that one was, or a person again. Where a source has named one again meanwhile, that
/// erasure is withdrawn and nothing is taken out. A few statements, however many they are.
finished_erasures finish_erasures(store::connection& within, std::span<const user_id> people,
                                  store::milliseconds_utc now);

/// Has whoever is merged into somebody whose erasure is done be a person again: finish_erasures leaves nobody like that, but did so in a
/// database that it worked on before it knew mergers. Returns the instances that it concerns, for the caller to queue their rooms.
std::vector<instance_id> part_from_finished(store::connection& within, store::milliseconds_utc now);

}  // namespace commhost::directory
