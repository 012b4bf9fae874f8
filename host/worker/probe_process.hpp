#pragma once

#include "plugin/prober.hpp"

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
};

/// Probes plugins, each in a child process of its own. Any thread.
class probe_process final : public plugin::prober {
  public:
    /// program: started as `program probe FOLDER`; it calls worker::probe.
    /// Throws message::error (PROBE_START).
    explicit probe_process(std::filesystem::path program = "/proc/self/exe", probe_limits limits = {});

    ~probe_process() override;
    probe_process(const probe_process&) = delete;
    probe_process& operator=(const probe_process&) = delete;

    /// Throws core_communication::task_cancelled after stop().
    plugin::probe_report probe(const std::filesystem::path& folder) const override;

    /// Ends the probes that are going on and refuses others: the program is about to end. Any thread.
    void stop() const;

  private:
    std::filesystem::path program_;
    probe_limits limits_;
    int stop_;  ///< Readable after stop().
};

}  // namespace commhost::worker
