#pragma once

#include "directory/membership.hpp"
#include "directory/user.hpp"
#include "store/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace commhost::directory {

/// The person whom an admin means: by external id, or else by username; of several with that username the one who is not
/// deleted. Throws message::error (DIRECTORY_USER, DIRECTORY_USER_AMBIGUOUS).
user find_person(store::connection& sql, std::string_view what);

/// All memberships of a person, in force or not, by instance, source and reference.
std::vector<membership> memberships_with(store::connection& sql, user_id person);

/// The sources that name a person, by name.
std::vector<std::string> sources_with(store::connection& sql, user_id person);

}  // namespace commhost::directory
