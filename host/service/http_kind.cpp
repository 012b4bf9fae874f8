#include "service/http_kind.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

namespace commhost::service {

namespace {

bool is_word(std::string_view part) {
    if (part.size() > 1 && part.front() == 'v' && part.find_first_not_of("0123456789", 1) == std::string_view::npos)
        return true;
    return std::all_of(part.begin(), part.end(),
                       [](char character) { return character == '_' || (character >= 'a' && character <= 'z'); });
}

/// In steps of four times as much, from 1 KiB on.
std::size_t magnitude(std::size_t bytes) {
    std::size_t steps = 0;
    for (auto left = bytes >> 10U; left > 0; left >>= 2U) ++steps;
    return steps;
}

std::string_view path_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    const auto path = url.find('/', scheme + 3);
    if (path == std::string_view::npos) return {};
    return url.substr(path, url.find_first_of("?#", path) - path);
}

}  // namespace

std::uint64_t kind_of(const core_communication::http_request& request) {
    std::string shape = to_string(request.method);
    for (auto path = path_of(request.url); !path.empty();) {
        path.remove_prefix(1);
        const auto part = path.substr(0, path.find('/'));
        shape += '/';
        shape += is_word(part) ? part : std::string_view("*");
        path.remove_prefix(part.size());
    }
    shape += ' ';
    shape += std::to_string(magnitude(request.body.size()));
    return std::hash<std::string>{}(shape);
}

std::uint64_t kind_of_answer(std::uint64_t request, int status, std::size_t bytes) {
    constexpr std::uint64_t magnitudes = 64;
    return request ^ (static_cast<std::uint64_t>(status) * magnitudes + magnitude(bytes));
}

}  // namespace commhost::service
