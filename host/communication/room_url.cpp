#include "communication/room_url.hpp"

#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace commhost::communication {

bool is_room_url(std::string_view url) {
    constexpr std::size_t longest = 2048;  // bytes
    constexpr std::array<std::string_view, 4> schemes{"https://", "http://", "xmpp:", "mailto:"};
    return url.size() <= longest &&
           std::any_of(schemes.begin(), schemes.end(), [&](std::string_view each) { return url.starts_with(each); }) &&
           text::printable(url, url.size()) == url;
}

}  // namespace commhost::communication
