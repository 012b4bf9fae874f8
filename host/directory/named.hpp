#pragma once

#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"
#include "store/connection.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace commhost::directory {

/// Rows of the directory by what sources call them: for whoever has a change_set and wants to know what is stored of it. Each function
/// is one statement for thousands of names; names of nothing are not in the result.

std::map<std::string, user, std::less<>> users_named(store::connection& sql, const std::set<std::string>& external_ids);

std::map<instance_key, instance> instances_named(store::connection& sql, const std::set<instance_key>& keys);

/// The memberships of one source.
std::map<membership_key, membership_record> memberships_named(store::connection& sql, std::string_view source,
                                                              const std::set<membership_key>& keys);

}  // namespace commhost::directory
