#pragma once

#include "worker/validator/test.hpp"
#include "worker/validator/trial.hpp"

#include <cstddef>
#include <string_view>

namespace commhost::worker::validator {

// How a plugin's methods end when what lies behind its requests is difficult. Each is the test of one world.

void examine_calm_world(stage& on, verdict& found);
void examine_no_network(stage& on, verdict& found);
void examine_refused_connection(stage& on, verdict& found);
void examine_internal_error(stage& on, verdict& found);
void examine_rate_limit(stage& on, verdict& found);
void examine_unauthorised(stage& on, verdict& found);
void examine_forbidden(stage& on, verdict& found);
void examine_not_found(stage& on, verdict& found);
void examine_garbage_body(stage& on, verdict& found);
void examine_wrong_shape(stage& on, verdict& found);
void examine_empty_body(stage& on, verdict& found);
void examine_endless_body(stage& on, verdict& found);
void examine_lost_answer(stage& on, verdict& found);

// What follows from them all.

void examine_outage_told(stage& on, verdict& found);
void examine_nobody_synced(stage& on, verdict& found);
void examine_diagnosis(stage& on, verdict& found);
void examine_cancellation(stage& on, verdict& found);

/// A method whose task is cancelled at the request of this number, counted from 0, in a new object. Returns whether the plugin
/// was told of it: it sends no further requests where it was not.
bool cancel(trial& room, method which, std::size_t number, std::string_view where, verdict& found);

}  // namespace commhost::worker::validator
