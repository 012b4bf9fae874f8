#pragma once

#include "plugin/host_version.hpp"

namespace commhost::worker {

/// This program's version, as CMake's project() says.
plugin::host_version own_version();

}  // namespace commhost::worker
