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

}  // namespace commhost::communication
