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

/// An outcome as one line of JSON, and back, through the pipe between a probe's process and its host.
/// outcome_of throws std::invalid_argument for what is no such text.
std::string to_json(const probe_outcome& outcome);
probe_outcome outcome_of(std::string_view json);

/// How long a plugin may take and how much it may print. What else it may use, the process has when it begins.
struct probe_order {
    std::filesystem::path library;  ///< Where the plugin's shared object was read from, for messages.
    std::chrono::milliseconds time;
    std::size_t output;  ///< Bytes that are kept.
    std::size_t flood;   ///< Bytes after which it is killed.
};

/// The status of a process that could not give its report because the plugin had closed the descriptor for it.
inline constexpr int report_lost = 70;

/// What the program commhost-probe does, in a process of its own that probe_process has started: makes a copy of itself (fork)
/// that loads the plugin from given_descriptor, makes one object, casts it to every known interface, destroys it and reports;
/// watches the copy, ends whatever it leaves running, and writes an outcome to report_descriptor. The plugin's code runs in
/// the copy: it may crash, hang, exit, fork or print. The process may have no other thread. Returns the exit status.
int probe(const probe_order& order);

}  // namespace commhost::worker
