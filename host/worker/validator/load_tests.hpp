#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

// What happens before a plugin is at work.

void examine_load(stage& on, verdict& found);
void examine_capabilities(stage& on, verdict& found);
void examine_factory(stage& on, verdict& found);
void examine_unused_object(stage& on, verdict& found);
void examine_load_for_instance(stage& on, verdict& found);

}  // namespace commhost::worker::validator
