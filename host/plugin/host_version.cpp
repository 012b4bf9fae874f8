#include "plugin/host_version.hpp"

#include <charconv>
#include <vector>

namespace commhost::plugin {

std::string host_version::text() const {
    auto text = std::to_string(major) + "." + std::to_string(minor);
    if (patch) text += "." + std::to_string(*patch);
    return text;
}

std::optional<host_version> parse_host_version(std::string_view text) {
    std::vector<int> parts;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        int part = 0;
        const auto [behind, failed] = std::from_chars(at, end, part);
        if (failed != std::errc{} || part < 0) return std::nullopt;
        parts.push_back(part);
        if (behind == end) break;
        if (*behind != '.') return std::nullopt;
        at = behind + 1;
    }
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
    host_version version{parts[0], parts[1], std::nullopt};
    if (parts.size() == 3) version.patch = parts[2];
    return version;
}

std::weak_ordering compare(const host_version& left, const host_version& right) {
    if (left.major != right.major) return left.major <=> right.major;
    if (left.minor != right.minor) return left.minor <=> right.minor;
    if (!left.patch || !right.patch) return std::weak_ordering::equivalent;
    return *left.patch <=> *right.patch;
}

}  // namespace commhost::plugin
