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
    std::optional<plugin::problem> refusal;  ///< WORKER_DIAGNOSE
};

/// Asks a plugin that has diagnostic_provider, in a child process (inquire). Throws as that does.
diagnoses diagnose(host& of, const plugin::plugin_entry& entry,
                   const std::filesystem::path& program = "/proc/self/exe");

}  // namespace commhost::worker
