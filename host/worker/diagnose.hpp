#pragma once

#include "plugin/problem.hpp"
#include "worker/host.hpp"

#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/repair_provider.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace commhost::worker {

/// What a plugin found when it looked at its server and could set right there, or why it could not be asked.
struct diagnoses {
    std::vector<core_communication::diagnosis> found;
    std::vector<core_communication::repair_offer> offers;
    std::optional<plugin::problem> refusal;  ///< WORKER_DIAGNOSE, WORKER_REPAIR
};

/// Asks a plugin that has diagnostic_provider, in a child process (inquire). Throws as that does.
diagnoses diagnose(host& of, const plugin::plugin_entry& entry,
                   const std::filesystem::path& program = "/proc/self/exe");

/// Has a plugin with repair_provider set right what it offered, likewise: found is what it finds after each, in the order of
/// the ids. They are those of its offers, and not none.
diagnoses repair(host& of, const plugin::plugin_entry& entry, std::vector<std::string> ids,
                 const std::filesystem::path& program = "/proc/self/exe");

}  // namespace commhost::worker
