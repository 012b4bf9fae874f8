#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// A version of commhost: "0.3.1", or "0.3" for all of 0.3.x.
struct host_version {
    int major = 0;
    int minor = 0;
    std::optional<int> patch;

    std::string text() const;
};

/// Empty when it is no such version.
std::optional<host_version> parse_host_version(std::string_view text);

/// A missing patch level equals every patch level.
std::weak_ordering compare(const host_version& left, const host_version& right);

}  // namespace commhost::plugin
