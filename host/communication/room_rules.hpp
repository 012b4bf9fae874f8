#pragma once

#include "communication/policy.hpp"
#include "communication/room.hpp"
#include "directory/instance.hpp"
#include "store/connection.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// What an admin has said for the rooms of one instance, whatever provider has them. What is empty is as the course has it for the
/// rooms of its groups, or the configuration for all rooms.
struct room_rules {
    std::optional<unlisted_policy> unlisted;
    std::optional<left_policy> left;
    std::optional<ended_policy> ended;
    std::vector<std::string> exempt;  ///< Besides those of the course and the configuration.

    friend bool operator==(const room_rules&, const room_rules&) = default;
};

/// The SQL of the table communication_rule.

/// Empty rules where nothing was said.
room_rules find_rules(store::connection& on, directory::instance_id instance);

struct changed_rules {
    room_rules before;
    room_rules after;
};

/// Changes them as they are now, behind the lock of the directory's revision, which is to be the first one of the transaction: an
/// erasure has it, too, so that no name which that takes out is written back.
changed_rules change_rules(store::connection& within, directory::instance_id instance,
                           const std::function<void(room_rules&)>& change);

/// An account that the rules of an instance leave alone by its own name, whether the instance has a room or not.
struct exempted {
    directory::instance_id instance{};
    std::string account;
};

/// Those of these accounts, by instance. Rules are few, an admin has made each by hand: one statement reads them all.
std::vector<exempted> exempting(store::connection& on, std::span<const std::string> accounts);

/// Takes these accounts out of all rules that leave them alone by their own names. Behind that lock likewise.
void drop_exempt(store::connection& within, std::span<const std::string> accounts);

/// What holds for the rooms of the instance: the configuration's word, but for what its own rules say. Before those come the rules of
/// its course, where it is a group that has the room there (directory::find_course).
policy rules_for(store::connection& on, directory::instance_id instance, policy configured);

}  // namespace commhost::communication
