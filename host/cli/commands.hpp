#pragma once

#include "cli/context.hpp"

namespace CLI {
class App;
}

namespace commhost::cli {

// One function for each group of commands: adds them to the application. shared outlives the application.

void add_plugin_commands(CLI::App& application, context& shared);

/// Below the command `plugin`.
void add_trust_commands(CLI::App& plugins, context& shared);
void add_settings_commands(CLI::App& application, context& shared);
void add_roster_commands(CLI::App& application, context& shared);
void add_room_commands(CLI::App& application, context& shared);
void add_task_commands(CLI::App& application, context& shared);
void add_doctor_command(CLI::App& application, context& shared);

/// `run`, and the hidden commands of the processes that it starts: `worker` and `probe`.
void add_run_commands(CLI::App& application, context& shared);

}  // namespace commhost::cli
