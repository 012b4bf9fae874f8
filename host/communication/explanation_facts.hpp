#pragma once

#include "communication/explanation.hpp"
#include "communication/policy.hpp"
#include "communication/room.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"
#include "task/queue.hpp"

namespace commhost::communication {

/// What is stored of a person and a room; all but explanation_facts::provider_problem, which the store does not know, and
/// held_removals, which are the rosters'. rules: what holds for this room. Throws message::error (STORE_...).
explanation_facts facts_about(store::connection& on, task::queue& queue, const room& of, const directory::user& person,
                              const policy& rules, store::milliseconds_utc now);

}  // namespace commhost::communication
