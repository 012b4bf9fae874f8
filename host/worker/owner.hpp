#pragma once

#include "task/queue.hpp"

#include <span>
#include <string>
#include <vector>

namespace commhost::worker {

/// A name under which a worker of this process leases tasks: "host:pid:start:serial". The start is when the process began,
/// in clock ticks since boot, so that a later process with the same pid is somebody else.
std::string owner_name(int serial);

/// Those of the owners who were of this machine and whose supervisor is not alive any more. Their workers died with it.
std::vector<std::string> owners_without_process(std::span<const task::owner> owners);

}  // namespace commhost::worker
