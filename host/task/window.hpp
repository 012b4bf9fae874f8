#pragma once

#include "store/clock.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace commhost::task {

/// The times of the week within which something may begin, by the host's local time (localtime_r(3)): always, where nothing
/// else is said.
struct window {
    static constexpr int day_end = 24 * 60;

    std::array<bool, 7> days{true, true, true, true, true, true, true};  ///< From Sunday on. A night is its evening's.
    int from = 0;                                                        ///< Minutes after midnight.
    int until = day_end;  ///< The first minute that is not in it; before from: on the next day.

    bool contains(store::milliseconds_utc time) const;

    /// When it opened, of one that contains the time; none of one that never closes, and of one that does not contain it. Where a clock
    /// is set back in autumn, an hour that is there twice may count as its first or its second.
    std::optional<store::milliseconds_utc> opened(store::milliseconds_utc time) const;

    /// How long it is open at once; a day where it is open all day.
    std::chrono::milliseconds length() const;
};

/// "22:00-05:30" as from and until; "24:00" is an end, too. None for anything else, as for two that are the same.
std::optional<std::pair<int, int>> hours_of(std::string_view text);

}  // namespace commhost::task
