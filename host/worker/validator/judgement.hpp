#pragma once

#include "worker/validator/trial.hpp"
#include "worker/validator/verdict.hpp"

namespace commhost::worker::validator {

/// Nothing may leave a method but provider_error, and task_cancelled where something was cancelled.
void judge_ending(const call_result& each, verdict& found);

/// diagnose and offer_repairs change nothing on the server: what they send that is no read is a failure.
void judge_diagnosis_writes(const call_result& each, verdict& found);

/// What is offered is of what was found, each once, and says what is changed.
void judge_offers(const call_result& each, verdict& found);

/// Skips the test and returns false where the plugin lacks it.
bool can(const stage& on, plugin::capability which, verdict& found);

/// reads_same: see is_write.
void expect_no_write(const call_result& step, verdict& found, bool reads_same = false);

}  // namespace commhost::worker::validator
