#pragma once

#include "roster/plan_index.hpp"

namespace commhost::roster {

/// Counts what a plan changes, and tells by instance whom the changes of memberships add, change and remove.
void summarise(const directory::stored& stored, user_plan& users, instance_plan& instances, plan& into);

}  // namespace commhost::roster
