#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

/// How a plugin's methods end when the host's real client has to end an answer that does not, at its size or its time, and
/// whether the plugin lets it.
void examine_endless_stream(stage& on, verdict& found);

}  // namespace commhost::worker::validator
