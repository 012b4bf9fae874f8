#pragma once

#include "cli/command_line.hpp"
#include "cli/context.hpp"

namespace commhost::cli {

// One function for each group of commands: adds them to the program. shared outlives the command line.

void add_plugin_commands(const command& program, context& shared);

/// Below the command `plugin`.
void add_trust_commands(const command& plugins, context& shared);
void add_new_command(const command& plugins, context& shared);
void add_install_command(const command& plugins, context& shared);
void add_uninstall_command(const command& plugins, context& shared);

/// Likewise, and the hidden command of the processes that it starts below the program.
void add_validate_command(const command& plugins, const command& program, context& shared);
void add_settings_commands(const command& program, context& shared);
void add_roster_commands(const command& program, context& shared);

/// Below the command `roster`.
void add_roster_held_commands(const command& rosters, context& shared);
void add_roster_merge_commands(const command& rosters, context& shared);
void add_roster_undo_command(const command& rosters, context& shared);
void add_roster_export_command(const command& rosters, context& shared);
void add_room_commands(const command& program, context& shared);

/// Below the command `room`.
void add_room_life_commands(const command& rooms, context& shared);
void add_room_rules_command(const command& rooms, context& shared);
void add_room_hand_commands(const command& rooms, context& shared);
void add_room_adopt_command(const command& rooms, context& shared);
void add_room_parity_command(const command& rooms, context& shared);
void add_explain_room_command(const command& rooms, context& shared);
void add_room_groups_command(const command& rooms, context& shared);

void add_task_commands(const command& program, context& shared);
void add_site_commands(const command& program, context& shared);

/// Below the command `task`.
void add_status_command(const command& tasks, context& shared);
void add_audit_command(const command& program, context& shared);
void add_privacy_commands(const command& program, context& shared);

/// Below the command `privacy`.
void add_privacy_export_command(const command& privacy, context& shared);

void add_database_commands(const command& program, context& shared);
void add_doctor_command(const command& program, context& shared);
void add_explain_command(const command& program, context& shared);
void add_lang_commands(const command& program, context& shared);

/// `run`, and the hidden commands of the processes that it starts: `worker` and `probe`.
void add_run_commands(const command& program, context& shared);

}  // namespace commhost::cli
