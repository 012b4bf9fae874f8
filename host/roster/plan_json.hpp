#pragma once

#include "directory/change_set.hpp"
#include "roster/plan.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace commhost::roster {

/// Writes a plan as one JSON document: for people and scripts under "summary" and "problems", to be applied later under
/// "changes". Record by record, so that a plan of hundreds of thousands of changes needs no second copy in memory.
void write_plan(std::ostream& to, const plan& plan);

/// What a written plan changes, exactly as it was. file is its name in messages.
/// Throws message::error: ROSTER_PLAN when it is not what write_plan writes, ROSTER_JSON, ROSTER_ENCODING.
directory::change_set read_plan(std::string_view text, const std::string& file);

}  // namespace commhost::roster
