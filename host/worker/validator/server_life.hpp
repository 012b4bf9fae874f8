#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

// Whole lives of rooms on a real server, for what does not depend on how well they go.

/// Every other test that goes there comes after it. What the watcher sees is handed on to the tests to which it belongs.
void examine_server_life(stage& on, verdict& found);

void examine_server_leaks(stage& on, verdict& found);
void examine_server_cancellation(stage& on, verdict& found);

/// Deletes the rooms that the order says are left.
void examine_server_left(stage& on, verdict& found);

}  // namespace commhost::worker::validator
