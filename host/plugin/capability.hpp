#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// What a plugin can do beyond communication_provider, which every plugin implements: one for each capability interface of
/// the SDK, and called by its name.
enum class capability : std::uint8_t {
    user_provider,
    room_chat_provider,
    room_user_provider,
    synchronise_provider,
    diagnostic_provider,
    privacy_provider,
    room_archive_provider,
    room_adopt_provider,
    repair_provider,
    account_standing_provider,
};

inline constexpr std::array every_capability{
    capability::user_provider,         capability::room_chat_provider,
    capability::room_user_provider,    capability::synchronise_provider,
    capability::diagnostic_provider,   capability::privacy_provider,
    capability::room_archive_provider, capability::room_adopt_provider,
    capability::repair_provider,       capability::account_standing_provider,
};

/// In the order of the enumeration, none twice.
using capability_list = std::vector<capability>;

std::string_view to_string(capability which);

/// Empty for a name that is none.
std::optional<capability> capability_of(std::string_view name);

bool has(const capability_list& list, capability which);

/// A capability that means nothing without another one.
struct lonely_capability {
    capability has;
    capability needs;
};

/// The first of the list whose other one is not in it.
std::optional<lonely_capability> lonely(const capability_list& list);

}  // namespace commhost::plugin
