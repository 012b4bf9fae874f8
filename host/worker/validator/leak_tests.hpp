#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

// What a plugin leaves behind, where all goes well and where nothing does.

void examine_silence(stage& on, verdict& found);
void examine_threads(stage& on, verdict& found);
void examine_processes(stage& on, verdict& found);
void examine_descriptors(stage& on, verdict& found);
void examine_memory(stage& on, verdict& found);

}  // namespace commhost::worker::validator
