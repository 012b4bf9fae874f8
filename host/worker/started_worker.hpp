#pragma once

#include "plugin/checksums.hpp"
#include "task/task.hpp"
#include "worker/verdict.hpp"
#include "worker/worker_output.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace commhost::worker {

/// What a supervisor knows of a worker that it started.
struct started_worker {
    std::string provider;
    std::string owner;  ///< Under which name it leases.
    worker_output output;
    plugin::checksums content;            ///< Of its plugin's folder when it was started: plugin_entry::content.
    std::optional<std::string> settings;  ///< settings_fingerprint then.
    std::int64_t version = 0;             ///< Of its plugin.
    std::chrono::steady_clock::time_point started;
    worker::asked asked{};
    std::map<task::task_id, task::leased_task> overdue{};  ///< For which it was killed.
    std::string killed_for{};  ///< Why, in words for an admin, where it was killed for something of its own.
};

}  // namespace commhost::worker
