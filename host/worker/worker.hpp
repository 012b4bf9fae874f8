#pragma once

#include "worker/host.hpp"

#include <filesystem>
#include <string_view>

namespace commhost::worker {

/// What the hidden command `commhost worker PROVIDER` does, in a process of its own that the supervisor started: loads the
/// provider, leases its tasks under the owner's name and carries them out, several rooms at a time, until it is told to
/// stop (SIGTERM) or to finish (SIGUSR2), or nothing has been due for a while. On SIGTERM it stops each room at the next safe
/// point and gives its leases back; on SIGUSR2 it ends once the rooms that it works on are done. The plugin's code runs in here.
///
/// Ends the process, with _exit so that no code of the plugin runs behind its back, and with a status of verdict.hpp. It ends
/// only when its tasks are given back: it waits for a database that is away.
[[noreturn]] void run_worker(host& of, std::string_view provider, std::string_view owner);

/// What it does with --trial, started by try_worker: begins as any worker does, with the plugin in this folder (registry::preview) and
/// its settings, and leaves at once; it leases nothing. Where it cannot begin, why stands in the open file report, as text.
[[noreturn]] void run_trial(host& of, const std::filesystem::path& folder, int report);

}  // namespace commhost::worker
