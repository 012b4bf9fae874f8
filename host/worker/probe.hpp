#pragma once

#include <filesystem>

namespace commhost::worker {

/// The descriptor on which a probe child finds the pipe for its report.
inline constexpr int probe_report_descriptor = 3;

/// What the hidden command `commhost probe FOLDER` does, in a process of its own that plugin::prober has started: loads the
/// plugin, makes one object, casts it to every known interface, destroys it, writes what it found as JSON to report and ends
/// the process with _exit. The plugin's code runs in here: it may crash, hang, exit or print. Needs no database.
///
/// Ends with status 0 when a report was written (a refusal is one too).
[[noreturn]] int probe(const std::filesystem::path& folder, int report = probe_report_descriptor);

}  // namespace commhost::worker
