#pragma once

#include "plugin/plugin_entry.hpp"
#include "worker/host.hpp"
#include "worker/watched_child.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/privacy_provider.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace commhost::worker {

/// What a provider's server holds about a person, or why the provider could not tell.
struct personal_data {
    std::vector<core_communication::personal_record> records;
    std::string refusal;  ///< The reason of WORKER_EXPORT; empty: it has told.
};

/// A minute, a gibibyte of memory, and four mebibytes of answer.
inline constexpr child_limits export_limits{std::chrono::seconds(60), 1ULL << 30U, 4096, 4UL << 20U};

/// Asks a plugin that has privacy_provider about one account of a person, in a child process (inquire). What keeps it from being
/// asked, its settings for instance, is a refusal, too.
personal_data export_personal_data(host& of, const plugin::plugin_entry& entry, core_communication::user_id person,
                                   const std::string& account, const child_limits& limits = export_limits,
                                   const std::filesystem::path& program = "/proc/self/exe");

}  // namespace commhost::worker
