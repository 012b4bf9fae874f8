#pragma once

#include "roster/held.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace commhost::roster {

// What had changes of a source applied, in stable words: the cause of their rows in the audit (audit::origin), and what an undo
// says that it takes back.

/// "import 12": by the revision that the directory has with it; "import" alone for one of which nothing was applied.
std::string import_cause(std::int64_t revision = 0);

/// "plan 3f2a9c01b5d7": the first digits of the plan's own digest.
std::string plan_cause(std::string_view digest);

/// "approval 3", "discard 3": of what was held under that number.
std::string approval_cause(held_id id);
std::string discard_cause(held_id id);

/// "undo import 12", and where that was an undo itself "redo import 12".
std::string undo_cause(std::string_view of);

}  // namespace commhost::roster
