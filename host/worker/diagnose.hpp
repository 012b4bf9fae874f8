#pragma once

#include "plugin/problem.hpp"
#include "worker/host.hpp"

#include <core_communication/diagnostic_provider.hpp>

#include <filesystem>
#include <optional>
#include <vector>

namespace commhost::worker {

/// What a plugin found when it looked at its server, or why it could not be asked.
struct diagnoses {
    std::vector<core_communication::diagnosis> found;
    std::optional<plugin::problem> refusal;
};

/// Asks a plugin that has diagnostic_provider, in a child process that gets the plugin's settings and nothing else of the
/// host: what was looked at of the plugin's folder, and not what it holds now. program: started as `program diagnose`; it calls
/// run_diagnose. Throws message::error: SETTING_..., SECRET_..., PROBE_START, PLUGIN_CHANGED.
diagnoses diagnose(host& of, const plugin::plugin_entry& entry,
                   const std::filesystem::path& program = "/proc/self/exe");

/// What the hidden command `commhost diagnose` does in that child: reads what to do from standard input, loads the plugin,
/// writes the report to descriptor 3 and ends the process with _exit.
[[noreturn]] void run_diagnose();

}  // namespace commhost::worker
