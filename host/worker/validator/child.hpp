#pragma once

#include <string_view>

namespace commhost::worker::validator {

/// The hidden command by which the child of a test is started.
inline constexpr std::string_view child_command = "validate-one";

/// How that child ends where the pipe of its report was closed, which only the plugin can have done.
inline constexpr int status_without_report = 97;

/// What that command does: reads its order from standard input, loads the plugin from given_descriptor, runs the test, tells
/// the verdict to the report's pipe and ends the process with _exit. The plugin's code runs in here.
[[noreturn]] void run_child();

}  // namespace commhost::worker::validator
