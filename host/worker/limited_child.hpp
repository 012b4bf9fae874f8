#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace commhost::worker {

/// What a child that runs foreign code may use.
struct child_limits {
    std::chrono::milliseconds time;  ///< Until it is killed.
    std::uint64_t memory;            ///< Bytes of address space; not kept under a sanitizer, which reserves terabytes.
    std::size_t output;              ///< Bytes of what it prints that are kept.
    std::size_t report;              ///< Bytes of its report that are read.
    int stop = -1;                   ///< A descriptor: once it is readable, the child is killed.
};

enum class child_end : std::uint8_t { exited, signalled, killed_at_limit, stopped };

/// How a child ended and what came from it.
struct child_result {
    child_end end = child_end::exited;
    int status = 0;      ///< The exit status, or the signal's number.
    std::string report;  ///< What it wrote to descriptor 3.
    std::string output;  ///< The start of its standard output and standard error, control characters made visible.
};

/// The descriptor on which the child finds the pipe for its report, so that what it prints cannot be taken for it.
inline constexpr int report_descriptor = 3;

/// The descriptor on which the child finds the open file that it was given.
inline constexpr int given_descriptor = 4;

/// What a child is given to work with.
struct child_input {
    std::string_view text = {};  ///< Its standard input.
    int file = -1;               ///< An open file that it gets as given_descriptor; -1 for none.
};

/// Runs `program arguments...` and waits for its end. It gets the input, an environment without anything of commhost's,
/// "/" as its folder, a process group of its own, no other open files than 0 to 3 and what it is given, and dies with
/// the calling thread; whatever it leaves running is killed after it. Any thread.
/// Throws message::error (plugin::PROBE_START) when it cannot be started.
child_result run_limited(const std::filesystem::path& program, std::span<const std::string> arguments,
                         const child_limits& limits, const child_input& input = {});

}  // namespace commhost::worker
