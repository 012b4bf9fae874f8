#pragma once

#include "plugin/plugin_entry.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace commhost::worker {

/// Has a worker begin with a plugin that is not in its place yet, as one of a run would, and leave at once (run_trial). Nobody sees
/// what the plugin prints meanwhile: its secrets may be in it.
///
/// command: as supervisor_settings::worker_command. Gives why it did not begin, in words for an admin; empty when it did. One that
/// takes longer is killed. Call it in the main thread. Throws message::error (WORKER_START).
std::optional<std::string> try_worker(std::vector<std::string> command, const plugin::plugin_entry& entry,
                                      std::chrono::milliseconds at_most);

}  // namespace commhost::worker
