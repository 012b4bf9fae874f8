#pragma once

#include "directory/instance.hpp"
#include "store/connection.hpp"

#include <string>
#include <string_view>

namespace commhost::communication {

/// The random id of this installation, made when it is first asked for: 16 hexadecimal digits. It keeps the rooms of two
/// installations on one chat server apart.
std::string site_id(store::connection& on);

/// The name of an instance's room on its server: 32 hexadecimal digits from the site's id and the instance's key. It does
/// not depend on any number that the database counts, so a database restored from an older copy finds its rooms again.
std::string room_key(std::string_view site, const directory::instance_key& instance);

}  // namespace commhost::communication
