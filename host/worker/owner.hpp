#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker {

/// A name under which a worker of this process leases tasks, or, with the number 0, the process itself: "host:boot:namespace:pid:start:serial". A pid is one process only
/// within a boot of the machine (/proc/sys/kernel/random/boot_id), within a PID namespace (pid_namespaces(7)), which each
/// container has, and together with the process's start, in clock ticks since boot.
std::string owner_name(int serial);

/// Those of the owners' names that were of this machine and whose supervisor is not alive any more: it was of an earlier boot, or of this PID
/// namespace and there is no such process. Their workers died with it. What lives in another PID namespace cannot be seen from
/// here; the end of its lease tells. Machines that share a database have names that differ.
std::vector<std::string> owners_without_process(std::span<const std::string> names);

/// What an admin knows an owner by.
struct owner_place {
    std::string host;
    std::string process;
};
owner_place place_of(std::string_view owner);

}  // namespace commhost::worker
