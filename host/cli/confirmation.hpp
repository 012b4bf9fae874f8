#pragma once

#include <string>

namespace commhost::cli {

/// Before something that cannot be undone. given: --yes. Without it asks on a terminal; throws message::error CLI_NOT_CONFIRMED
/// where the answer is no, or where there is nobody to ask.
void confirm(const std::string& question, bool given);

/// Refuses a reason that says nothing. Throws message::error (CLI_USAGE).
void require_reason(const std::string& reason);

}  // namespace commhost::cli
