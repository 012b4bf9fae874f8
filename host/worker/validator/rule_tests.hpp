#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

// What a plugin does with what the host gives it, each by what the watcher saw in all worlds.

void examine_calling_thread(stage& on, verdict& found);
void examine_load_sends_nothing(stage& on, verdict& found);
void examine_room_address(stage& on, verdict& found);
void examine_url_sends_nothing(stage& on, verdict& found);
void examine_own_servers(stage& on, verdict& found);
void examine_own_sockets(stage& on, verdict& found);
void examine_answer_limits(stage& on, verdict& found);
void examine_declared_settings(stage& on, verdict& found);
void examine_declared_strings(stage& on, verdict& found);
void examine_stored_values(stage& on, verdict& found);
void examine_verdicts(stage& on, verdict& found);
void examine_one_verdict(stage& on, verdict& found);
void examine_accounts(stage& on, verdict& found);
void examine_members_read(stage& on, verdict& found);
void examine_secrets_kept(stage& on, verdict& found);
void examine_declared_data(stage& on, verdict& found);
void examine_no_room(stage& on, verdict& found);

}  // namespace commhost::worker::validator
