#pragma once

#include "worker/watched_child.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace commhost::worker {

/// The descriptor on which the child finds the pipe for its report, so that what it prints cannot be taken for it.
inline constexpr int report_descriptor = 3;

/// The descriptor on which the child finds the open file that it was given.
inline constexpr int given_descriptor = 4;

/// Whether a child's descendants are looked for after its end, among all processes of the machine.
enum class stray_search : std::uint8_t {
    always,
    unless_it_exits,  ///< It ends what it leaves itself, when it comes to its own end.
};

/// What a child is given to work with.
struct child_input {
    std::string_view text = {};  ///< Its standard input.
    int file = -1;               ///< An open file that it gets as given_descriptor; -1 for none.
    stray_search strays = stray_search::always;
};

/// Runs `program arguments...` and waits for its end. It gets the input, an environment without anything of commhost's,
/// "/" as its folder, a process group of its own, no other open files than 0 to 3 and what it is given, and dies with
/// the calling thread; whatever it leaves running is killed after it. Any thread.
/// Throws message::error (plugin::PROBE_START) when it cannot be started.
child_result run_limited(const std::filesystem::path& program, std::span<const std::string> arguments,
                         const child_limits& limits, const child_input& input = {});

}  // namespace commhost::worker
