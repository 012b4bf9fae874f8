#pragma once

#include "plugin/prober.hpp"
#include "worker/event.hpp"
#include "worker/probe.hpp"
#include "worker/probe_server.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace commhost::worker {

/// What a probe child may use.
struct probe_limits {
    std::chrono::milliseconds time{10'000};       ///< Until it is killed.
    std::uint64_t memory = 512ULL * 1024 * 1024;  ///< Address space; not under a sanitizer, which reserves terabytes.
    std::size_t output = 4096;                    ///< Bytes of what the plugin prints that are kept.
    std::size_t flood = 1024UL * 1024;            ///< Bytes of it after which it is killed.
};

/// commhost-probe beside this program.
std::filesystem::path probe_program();

/// Probes plugins, each in a process of its own, which a commhost-probe makes. One of those serves all plugins that a thread
/// has probed, until one of them was refused: what that may have done to it befalls no other. Any thread.
class probe_process final : public plugin::prober {
  public:
    /// program: commhost-probe. Throws std::system_error.
    explicit probe_process(std::filesystem::path program = probe_program(), probe_limits limits = {});

    /// Throws core_communication::task_cancelled after stop().
    plugin::probe_report probe(const plugin::sealed_library& library) const override;

    void rest() const override { idle_.end(); }

    /// Ends the probes that are going on and refuses others: the program is about to end. Any thread.
    void stop() const { stop_.signal(); }

  private:
    child_result ask(probe_server& server, const plugin::sealed_library& about) const;
    plugin::probe_report judge(const probe_outcome& outcome, const std::string& library) const;

    std::filesystem::path program_;
    probe_limits limits_;
    event stop_;
    mutable idle_servers idle_;
};

}  // namespace commhost::worker
