#pragma once

#include "plugin/sealed_library.hpp"
#include "worker/validator/order.hpp"
#include "worker/validator/test.hpp"

#include <chrono>

namespace commhost::worker::validator {

/// Runs one test in a child process, which is killed when the time is over, and judges how it ended.
/// Throws message::error (PROBE_START).
verdict run_in_child(const test& which, const order& told, const plugin::sealed_library& library,
                     std::chrono::seconds time);

}  // namespace commhost::worker::validator
