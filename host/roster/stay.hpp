#pragma once

#include "directory/membership.hpp"
#include "store/clock.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace commhost::roster {

/// A membership that puts somebody into the room at that time, as directory::effective_members has it.
template <class Membership>
bool in_force(const Membership& membership, store::milliseconds_utc now) {
    return membership.status == directory::membership_status::active &&
           (!membership.begins || *membership.begins <= now) && (!membership.ends || *membership.ends > now);
}

/// For how long memberships put somebody into the room without a break from now on. A value: rows are added in any order.
class stay {
  public:
    template <class Membership>
    void add(const Membership& membership, store::milliseconds_utc now) {
        if (membership.status != directory::membership_status::active || membership.ends.value_or(for_ever) <= now)
            return;
        periods_.emplace_back(membership.begins.value_or(now), membership.ends.value_or(for_ever));
    }

    void add(const stay& other) { periods_.insert(periods_.end(), other.periods_.begin(), other.periods_.end()); }

    void add_for_ever(store::milliseconds_utc now) { periods_.emplace_back(now, for_ever); }

    /// Now, where there is nothing that begins by then.
    store::milliseconds_utc until(store::milliseconds_utc now) const {
        auto sorted = periods_;
        std::sort(sorted.begin(), sorted.end());
        auto end = now;
        for (const auto& [begins, ends] : sorted) {
            if (begins > end) break;
            end = std::max(end, ends);
        }
        return end;
    }

  private:
    static constexpr auto for_ever = std::numeric_limits<store::milliseconds_utc>::max();
    std::vector<std::pair<store::milliseconds_utc, store::milliseconds_utc>> periods_;
};

}  // namespace commhost::roster
