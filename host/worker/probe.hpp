#pragma once

#include "worker/watched_child.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace commhost::worker {

/// How many processes may come from the one that watches: the copy needs to be one, more are a plugin that a library's call makes
/// fork, and far more one that does not end.
inline constexpr std::size_t most_probe_processes = 32;

/// What a plugin did in the process in which it was loaded.
struct probe_outcome {
    child_result child;           ///< Its report is plugin::to_json's.
    bool left_processes = false;  ///< It started some and did not wait for their end. They are ended.
};

/// An outcome as one line of JSON, and back, between the process of the probes and its host.
/// outcome_of throws std::invalid_argument for what is no such text.
std::string to_json(const probe_outcome& outcome);
probe_outcome outcome_of(std::string_view json);

/// How long a plugin may take and how much it may print. What else it may use, the process has when it begins.
struct probe_order {
    std::filesystem::path library;  ///< Where the plugin's shared object was read from, for messages.
    std::chrono::milliseconds time{};
    std::size_t output = 0;  ///< Bytes that are kept.
    std::size_t flood = 0;   ///< Bytes after which it is killed.
};

/// Likewise, the other way.
std::string to_json(const probe_order& order);
probe_order order_of(std::string_view json);

/// The status of a process that could not give its report because the plugin had closed the descriptor for it.
inline constexpr int report_lost = 70;

/// What the program commhost-probe does, which probe_server has started: carries out the orders that come through
/// report_descriptor (worker/probe_channel.hpp), one after the other, and answers each with an outcome. For an order it makes a
/// copy of itself (fork) that loads the plugin, makes one object, casts it to every known interface, destroys it and reports; it
/// watches the copy and ends whatever that leaves running. No plugin's code runs in this process itself: only in the copy, which
/// may crash, hang, exit, fork or print, and has nothing left of what orders come through. The process may have no other thread,
/// and ends with its outcomes: returns the exit status.
int serve_probes();

}  // namespace commhost::worker
