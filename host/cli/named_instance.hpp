#pragma once

#include "directory/instance.hpp"
#include "store/connection.hpp"

#include <string>

namespace commhost::cli {

/// The key that an admin means: component/type/id, or the id of an instance that was made by hand.
directory::instance_key key_of(const std::string& what);

/// The instance that an admin means by its key, or in other words (communication::find_instance). Throws message::error
/// (ROOM_UNKNOWN, ROOM_AMBIGUOUS).
directory::instance instance_of(store::connection& on, const std::string& what);

}  // namespace commhost::cli
