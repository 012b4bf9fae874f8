#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::service {

/// In bytes: a shorter name is a part of too many words, and is left where it stands.
inline constexpr std::size_t shortest_name = 3;

/// Puts `by` in the place of accounts' names in what a provider keeps for its site and for these rooms, which are all of
/// its: two statements look for them, however many they are. What another one stores meanwhile is kept, without the names. Part of the
/// caller's transaction. Throws message::error (STORE_...).
void erase_from_values(store::connection& on, std::string_view provider,
                       std::span<const core_communication::communication_id> rooms,
                       std::span<const std::string> accounts, std::string_view by);

/// The text with that done, only where the name stands by itself, between quotation marks or blanks for instance: it may be a
/// part of another one, or of a room's id. Of a JSON object or array in its strings alone, and not in the names of its
/// fields, which are the provider's words; all else of it stays as it is written.
std::string without_account(std::string_view text, std::string_view account, std::string_view by);

/// Where a provider keeps something in which an account's name stands so; no room for what it keeps for its site.
struct kept_value {
    core_communication::communication_id room{};
    std::string key;
};
std::vector<kept_value> values_with(store::connection& on, std::string_view provider,
                                    std::span<const core_communication::communication_id> rooms,
                                    std::string_view account);

}  // namespace commhost::service
