#include "communication/policy.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace commhost::communication {

std::string_view to_string(unlisted_policy policy) {
    switch (policy) {
        case unlisted_policy::remove: return "remove";
        case unlisted_policy::keep: return "keep";
        case unlisted_policy::adopt: return "adopt";
    }
    return "?";
}

std::string_view to_string(left_policy policy) {
    switch (policy) {
        case left_policy::add_again: return "add_again";
        case left_policy::respect: return "respect";
    }
    return "?";
}

std::string_view to_string(ended_policy policy) {
    switch (policy) {
        case ended_policy::keep: return "keep";
        case ended_policy::archive: return "archive";
        case ended_policy::archive_empty: return "archive_empty";
        case ended_policy::purge: return "purge";
    }
    return "?";
}

bool is_exempt(const policy& rules, std::string_view account) {
    const std::string name(account);
    return std::any_of(rules.exempt.begin(), rules.exempt.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
    });
}

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
