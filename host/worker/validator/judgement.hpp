#pragma once

#include "worker/validator/trial.hpp"
#include "worker/validator/verdict.hpp"

namespace commhost::worker::validator {

/// Nothing may leave a method but provider_error, and task_cancelled where something was cancelled.
void judge_ending(const call_result& each, verdict& found);

/// diagnose changes nothing on the server: what it sends that is no read is a failure.
void judge_diagnosis_writes(const call_result& each, verdict& found);

}  // namespace commhost::worker::validator
