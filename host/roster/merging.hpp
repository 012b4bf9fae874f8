#pragma once

#include "directory/stored.hpp"
#include "roster/roster.hpp"

namespace commhost::roster {

/// Who is merged into somebody whom nobody knows, or who is being erased and is not named any more, or comes round to somebody they have
/// been already, is reported and is merged into nobody. What another source says of its own people, and what an admin says of others,
/// goes before what the roster does; of the same person an admin's word and the roster's are both kept.
void settle_merged(roster& wanted, const directory::stored& stored);

}  // namespace commhost::roster
