#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

// What a plugin does on a real server.

void examine_server_diagnosis(stage& on, verdict& found);
void examine_server_repair(stage& on, verdict& found);
void examine_server_room(stage& on, verdict& found);
void examine_server_accounts(stage& on, verdict& found);
void examine_server_members(stage& on, verdict& found);
void examine_server_unchanged(stage& on, verdict& found);
void examine_server_rename(stage& on, verdict& found);
void examine_server_roles(stage& on, verdict& found);
void examine_server_add_twice(stage& on, verdict& found);
void examine_server_remove(stage& on, verdict& found);
void examine_server_remove_twice(stage& on, verdict& found);
void examine_server_lost_answer(stage& on, verdict& found);
void examine_server_delete(stage& on, verdict& found);
void examine_server_delete_twice(stage& on, verdict& found);
void examine_server_interrupted(stage& on, verdict& found);
void examine_server_archive(stage& on, verdict& found);
void examine_server_archive_missing(stage& on, verdict& found);
void examine_server_adopt(stage& on, verdict& found);
void examine_server_adopt_refused(stage& on, verdict& found);

}  // namespace commhost::worker::validator
