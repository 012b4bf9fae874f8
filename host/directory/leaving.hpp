#pragma once

#include "directory/user.hpp"
#include "store/connection.hpp"

#include <map>
#include <set>
#include <span>
#include <string>

namespace commhost::directory {

/// Whether people have left the institution: they are suspended or deleted. Not in the result is who is nobody of their own to the
/// institution: who is not known, is merged into somebody, or is being erased or was. A statement for some thousand people.
std::map<user_id, bool> leavers_among(store::connection& sql, std::span<const user_id> people);
std::map<user_id, bool> leavers_among(store::connection& sql, const std::set<std::string>& external_ids);

}  // namespace commhost::directory
