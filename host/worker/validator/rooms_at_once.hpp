#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

/// Two rooms side by side, each with an object, a processor and a thread of its own, as a worker has them: each call of one goes
/// with the same call of the other, and each request of one waits until the other has come to one, so that whatever the objects
/// share is met by both.
void examine_rooms_at_once(stage& on, verdict& found);

}  // namespace commhost::worker::validator
