#pragma once

#include "text/descriptor.hpp"
#include "worker/watched_child.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace commhost::worker {

/// The descriptor on which the child finds the pipe or socket for its report, so that what it prints cannot be taken for it.
inline constexpr int report_descriptor = 3;

/// The descriptor on which the child finds the open file that it was given.
inline constexpr int given_descriptor = 4;

/// What a child is given to work with.
struct child_input {
    std::string_view text = {};  ///< Its standard input.
    int file = -1;               ///< An open file that it gets as given_descriptor; -1 for none.
};

/// A program that runs under limits. It gets an environment without anything of commhost's, "/" as its folder, a process group
/// of its own, no other open files than 0 to 3 and what it is given, and dies with the thread that started it, or with this.
class limited_child {
  public:
    /// The caller's open files that it gets, too.
    struct files {
        int report;      ///< As report_descriptor.
        int given = -1;  ///< As given_descriptor; -1 for none.
    };

    /// input: its standard input. Any thread. Throws message::error (plugin::PROBE_START).
    limited_child(const std::filesystem::path& program, std::span<const std::string> arguments,
                  const child_limits& limits, const files& with, std::string_view input = {});

    watched_child& process() { return *process_; }

    /// What it prints; does not block.
    const text::descriptor& output() const { return output_; }

    /// For one that has ended. Throws plugin::PROBE_START when it never became the program.
    void require_started() const;

    /// Ends what it left running, wherever among all processes of the machine. For one that has ended.
    void end_strays() const;

  private:
    std::filesystem::path program_;
    std::string mark_;
    text::descriptor output_;
    text::descriptor start_;  ///< Closed by exec, or holding its error.
    std::optional<watched_child> process_;
};

/// Limits this process's time on a processor to a little more than time; returns whether it is so. Takes no lock.
bool limit_processor_time(std::chrono::milliseconds time);

/// Runs `program arguments...` as a limited_child and waits for its end; whatever it leaves running is killed after it. Any
/// thread. Throws message::error (plugin::PROBE_START) when it cannot be started.
child_result run_limited(const std::filesystem::path& program, std::span<const std::string> arguments,
                         const child_limits& limits, const child_input& input = {});

}  // namespace commhost::worker
