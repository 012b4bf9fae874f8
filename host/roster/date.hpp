#pragma once

#include "store/clock.hpp"

#include <optional>
#include <string_view>

namespace commhost::roster {

/// A date as rosters write it. A date without a time is its beginning in UTC, a time without a zone is UTC:
///
///     2026-09-01   2026-09-01T08:00   2026-09-01T08:00:00.000Z   2026-09-01 08:00:00+02:00   1/09/2026   01/09/2026
///
/// With slashes the day always comes first: 9/13/2026 is no date, and 3/4/2026 is the 3rd of April. Nothing is guessed.
/// Absent: the text is none of these, or no day of the calendar.
std::optional<store::milliseconds_utc> parse_date(std::string_view text);

}  // namespace commhost::roster
