#include "plugin/capability.hpp"

#include <algorithm>
#include <array>

namespace commhost::plugin {

std::string_view to_string(capability which) {
    switch (which) {
        case capability::user_provider: return "user_provider";
        case capability::room_chat_provider: return "room_chat_provider";
        case capability::room_user_provider: return "room_user_provider";
        case capability::synchronise_provider: return "synchronise_provider";
        case capability::diagnostic_provider: return "diagnostic_provider";
        case capability::privacy_provider: return "privacy_provider";
        case capability::room_archive_provider: return "room_archive_provider";
        case capability::room_adopt_provider: return "room_adopt_provider";
        case capability::repair_provider: return "repair_provider";
        case capability::account_standing_provider: return "account_standing_provider";
    }
    return "unknown";
}

std::optional<capability> capability_of(std::string_view name) {
    for (const auto which : every_capability)
        if (to_string(which) == name) return which;
    return std::nullopt;
}

bool has(const capability_list& list, capability which) {
    return std::find(list.begin(), list.end(), which) != list.end();
}

std::optional<lonely_capability> lonely(const capability_list& list) {
    using enum capability;
    constexpr std::array needs{lonely_capability{room_user_provider, room_chat_provider},
                               lonely_capability{room_archive_provider, room_chat_provider},
                               lonely_capability{room_adopt_provider, room_chat_provider},
                               lonely_capability{repair_provider, diagnostic_provider},
                               lonely_capability{account_standing_provider, user_provider}};
    for (const auto& each : needs)
        if (has(list, each.has) && !has(list, each.needs)) return each;
    return std::nullopt;
}

}  // namespace commhost::plugin
