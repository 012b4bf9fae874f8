#pragma once

#include "worker/admission.hpp"
#include "worker/host.hpp"
#include "worker/standstill.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace commhost::worker {

enum class run_mode : std::uint8_t {
    until_stopped,  ///< Until SIGTERM or SIGINT.
    until_idle,     ///< Ends by itself when nothing that can be done is due, or will be within a few seconds.
};

struct supervisor_settings {
    run_mode mode = run_mode::until_stopped;
    std::chrono::milliseconds drain_timeout{30'000};  ///< How long workers have to stop before they are killed.
    /// How a worker is started; the supervisor appends its provider and its owner's name.
    std::vector<std::string> worker_command;
    /// Called again and again, about once a second, in run()'s thread: for who wants to see how it gets on, and which providers
    /// stand still. Must not throw.
    std::function<void(const standstills&)> progress{};
};

/// How it ended.
struct supervisor_result {
    bool stopped = false;  ///< By a signal, with work left perhaps.
    std::int64_t worker_crashes = 0;
    /// Providers with due tasks that no worker works on, and why: missing, refused, disabled, not configured,
    /// quarantined.
    reasons unavailable;
    /// Required plugins that cannot be used, and why: no worker begins.
    reasons required_down;
};

/// The parent of the workers (DESIGN: "commhost run"): starts one for each provider with work, watches them, gives the
/// tasks of a dead one back at once, ends tasks that take too long, and runs the schedule. Runs no plugin code.
///
/// A provider whose workers die again and again is quarantined, longer each time (plugin/quarantine.hpp). Tasks of a provider that
/// is not available wait. While a required plugin (host_settings) is not available, no worker begins and those at work finish their
/// rooms; a run until idle then ends.
class supervisor {
  public:
    supervisor(host& of, supervisor_settings settings);
    ~supervisor();

    /// Blocks. Takes SIGTERM, SIGINT and SIGCHLD of this process; call it in the main thread. A first SIGTERM or SIGINT lets
    /// the workers stop in order, a second one kills them. Throws message::error (STORE_..., WORKER_START).
    supervisor_result run();

  private:
    class running;

    host& host_;
    supervisor_settings settings_;
};

}  // namespace commhost::worker
