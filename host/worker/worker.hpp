#pragma once

#include "worker/host.hpp"

#include <string_view>

namespace commhost::worker {

/// The status with which a worker ends that could not begin: its provider cannot be loaded or its settings are not
/// complete. The log says why. It is not a crash.
inline constexpr int worker_cannot_begin = 3;

/// What the hidden command `commhost worker PROVIDER` does, in a process of its own that the supervisor started: loads the
/// provider, leases its tasks under the owner's name and carries them out, several rooms at a time, until it is told to
/// stop (SIGTERM) or to finish (SIGUSR2), or nothing has been due for a while. On SIGTERM it stops each room at the next safe
/// point and gives its leases back; on SIGUSR2 it ends once the rooms that it works on are done. The plugin's code runs in here.
///
/// Ends the process, with _exit so that no code of the plugin runs behind its back: 0 done, worker_cannot_begin.
[[noreturn]] void run_worker(host& of, std::string_view provider, std::string_view owner);

}  // namespace commhost::worker
