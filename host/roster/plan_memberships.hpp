#pragma once

#include "roster/plan_index.hpp"

namespace commhost::roster {

/// Compares memberships, when users and instances are settled; what is to be done is put into the plan.
void compare_memberships(roster& wanted, const directory::stored& stored, user_plan& users, instance_plan& instances,
                         const planning& how, plan& into);

}  // namespace commhost::roster
