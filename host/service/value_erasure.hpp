#pragma once

#include "store/connection.hpp"

#include <string>
#include <string_view>

namespace commhost::service {

/// Puts `by` in the place of an account's name in what providers keep for rooms and for their sites. Only where it stands by itself,
/// between quotation marks or blanks for instance: a name may be a part of another one, or of a room's id. Part of the caller's
/// transaction. Throws message::error (STORE_...).
void erase_from_values(store::connection& on, std::string_view account, std::string_view by);

/// The text with that done.
std::string without_account(std::string_view text, std::string_view account, std::string_view by);

}  // namespace commhost::service
