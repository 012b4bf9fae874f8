#pragma once

#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace commhost::directory {

// That two people of the directory are one: what any source says of the one puts the other into rooms. A source says it of a person
// (user_record::merged_into), or an admin does, whose word goes before the source's until it is taken back. Each word is kept as it
// was said; who somebody is comes of all of them (ends_of), so that one that is taken back leaves the others as they are.

/// Who everybody is where these are merged into those: the last of several, one into the other. Whoever comes round to somebody
/// they have been already is nobody else, as if nothing was said of them, and is not in the result. Pure.
std::map<user_id, user_id> ends_of(const std::map<user_id, user_id>& merged);

/// Has a person be another one, or whoever that one has turned out to be. Returns the instances that it concerns, by rising id:
/// the caller queues their rooms. Throws message::error (DIRECTORY_MERGER_ROUND where both are one already,
/// DIRECTORY_MERGER_INACTIVE where the other one is suspended or deleted: the person would be in no room any more).
std::vector<instance_id> merge_by_hand(store::connection& sql, const user& person, const user& into,
                                       store::milliseconds_utc now);

/// Takes that back: what the person's source says of it holds again, or each is a person again, in the rooms in which sources name
/// them. Throws message::error (DIRECTORY_MERGER_NONE).
std::vector<instance_id> part_by_hand(store::connection& sql, const user& person, store::milliseconds_utc now);

/// The ids of whom somebody is said to have turned out to be; empty where nothing is said.
struct merger_words {
    std::string by_source;
    std::string by_hand;
};
merger_words words_about(store::connection& sql, user_id person);

/// The ids of everybody of whom anybody says that they have turned out to be another: those whom another person's word may make
/// somebody else.
std::set<std::string> people_said_merged(store::connection& sql);

/// Who somebody would be, were that taken back; empty: nobody else.
std::optional<user_id> end_without_hand(store::connection& sql, user_id person);

/// Once people are erased, and nothing is said of them any more: whoever was merged into one of them, by hand or by a source, is merged
/// into whomever that one was merged into, if anybody, and into nobody by that word where that is nobody, or one of those erased.
/// Returns the instances that it concerns, by rising id. A few statements, however many they are.
std::vector<instance_id> part_from_erased(store::connection& sql,
                                          const std::map<user_id, std::optional<user_id>>& erased,
                                          store::milliseconds_utc now);

/// Of people who are not to be erased: whoever is said to be who they are, and whose erasure is under way, is it no more. Returns the
/// instances that it concerns, by rising id. A few statements, however many they are.
std::vector<instance_id> part_from_leaving(store::connection& sql, std::span<const user_id> people,
                                           store::milliseconds_utc now);

/// For whoever has changed what is said: has everybody be who they are by it. Returns those who were somebody else before, by
/// rising id.
std::vector<user_id> settle_mergers(store::connection& sql);

}  // namespace commhost::directory
