#pragma once

#include "worker/limited_child.hpp"

#include <filesystem>
#include <string_view>

namespace commhost::worker {

/// The hidden command by which a probe child is started: `commhost probe LIBRARY`.
inline constexpr std::string_view probe_command = "probe";

/// What that command does, in a process of its own that probe_process has started: loads the plugin from
/// given_descriptor, makes one object, casts
/// it to every known interface, destroys it, writes what it found as JSON (plugin::to_json) to report and ends the process
/// with _exit. The plugin's code runs in here: it may crash, hang, exit or print. Needs no database.
///
/// library: where the plugin's shared object was read from, for messages. Ends with status 0 when a report was written; a refusal is one too.
[[noreturn]] int probe(const std::filesystem::path& library);

}  // namespace commhost::worker
