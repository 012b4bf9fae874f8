#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

/// Random calls with random faults, the same ones for the same seed.
void examine_random_world(stage& on, verdict& found);

}  // namespace commhost::worker::validator
