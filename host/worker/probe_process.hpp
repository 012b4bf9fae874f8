#pragma once

#include "plugin/prober.hpp"
#include "worker/event.hpp"
#include "worker/probe.hpp"

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

/// Probes plugins, each in a child process of its own. Any thread.
class probe_process final : public plugin::prober {
  public:
    /// program: commhost-probe. Throws std::system_error.
    explicit probe_process(std::filesystem::path program = probe_program(), probe_limits limits = {});

    /// Throws core_communication::task_cancelled after stop().
    plugin::probe_report probe(const plugin::sealed_library& library) const override;

    /// Ends the probes that are going on and refuses others: the program is about to end. Any thread.
    void stop() const { stop_.signal(); }

  private:
    plugin::probe_report judge(const probe_outcome& outcome, const std::string& library) const;

    std::filesystem::path program_;
    probe_limits limits_;
    event stop_;
};

}  // namespace commhost::worker
