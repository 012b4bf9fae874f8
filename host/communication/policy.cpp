#include "communication/policy.hpp"

#include <algorithm>

namespace commhost::communication {

std::optional<store::milliseconds_utc> removals_paused_until(const policy& rules, store::milliseconds_utc at) {
    std::optional<store::milliseconds_utc> until;
    // Each turn goes beyond one of them, so that a chain of pauses in any order is followed to its end.
    for (auto left = rules.pauses; !left.empty();) {
        const auto moment = until.value_or(at);
        const auto holding = std::find_if(
            left.begin(), left.end(), [&](const pause& each) { return each.from <= moment && moment < each.until; });
        if (holding == left.end()) break;
        until = holding->until;
        left.erase(holding);
    }
    return until;
}

}  // namespace commhost::communication
