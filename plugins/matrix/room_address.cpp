#include "room_address.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace communication_matrix {

namespace {

constexpr std::string_view alias_prefix = "commhost-";

/// Empty where it is no percent-encoding.
std::string decoded(std::string_view text) {
    const auto encoded = boost::urls::make_pct_string_view(text);
    return encoded ? encoded->decode() : std::string();
}

bool is_room(std::string_view word) {
    if (word.size() < 2) return false;
    return word.front() == '!' || (word.front() == '#' && word.find(':') != std::string_view::npos);
}

/// Of what stands behind "#/" in a link the first part that is a room: "#physics:example.org?via=...", "room/!abc:example.org".
std::optional<std::string> room_in_fragment(std::string_view fragment) {
    while (!fragment.empty()) {
        const auto part = fragment.substr(0, fragment.find('/'));
        fragment.remove_prefix(std::min(fragment.size(), part.size() + 1));
        if (auto room = decoded(part.substr(0, part.find('?'))); is_room(room)) return room;
    }
    return std::nullopt;
}

std::optional<std::string> room_in_uri(std::string_view path) {
    constexpr std::array<std::pair<std::string_view, char>, 2> kinds{{{"r/", '#'}, {"roomid/", '!'}}};
    for (const auto& [kind, sigil] : kinds) {
        if (!path.starts_with(kind)) continue;
        path.remove_prefix(kind.size());
        auto room = sigil + decoded(path.substr(0, path.find_first_of("/?")));
        if (is_room(room)) return room;
    }
    return std::nullopt;
}

}  // namespace

std::string room_named_by(std::string_view address) {
    constexpr std::string_view uri = "matrix:";
    std::optional<std::string> room;
    if (is_room(address)) {
        room = address;
    } else if (address.starts_with(uri)) {
        room = room_in_uri(address.substr(uri.size()));
    } else if (const auto fragment = address.find("#/"); fragment != std::string_view::npos) {
        room = room_in_fragment(address.substr(fragment + 2));
    }
    if (room) return *room;
    throw core_communication::provider_error(core_communication::failure::invalid,
                                             std::string(address) +
                                                 " names no room; !id:server, #alias:server and links "
                                                 "to one of them do");
}

std::string alias_of(std::string_view room_key, std::string_view server_name) {
    return "#" + local_alias_of(room_key) + ":" + std::string(server_name);
}

std::string local_alias_of(std::string_view room_key) { return std::string(alias_prefix) + std::string(room_key); }

bool is_alias_of_instance(std::string_view alias) {
    return alias.starts_with('#') && alias.substr(1).starts_with(alias_prefix);
}

}  // namespace communication_matrix
