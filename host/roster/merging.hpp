#pragma once

#include "directory/stored.hpp"
#include "roster/roster.hpp"

namespace commhost::roster {

/// Has everybody who is merged into somebody be merged into the last of them, where that one is merged, too. One whom nobody
/// knows, or who comes round to the person again, is reported, and the person is merged into nobody. Who was merged by hand stays so,
/// whatever the roster says.
void settle_merged(roster& wanted, const directory::stored& stored);

}  // namespace commhost::roster
