#pragma once

#include "plugin/sealed_library.hpp"
#include "worker/validator/order.hpp"
#include "worker/validator/test.hpp"

#include <chrono>
#include <optional>

namespace commhost::worker::validator {

/// What came of a test's process.
struct ran {
    verdict found;

    /// Where the test crashed: which method was under way in which world, if it was in one.
    std::optional<left_out> under_way;
};

/// Runs one test in a child process, which is killed when the time is over, and judges how it ended.
/// Throws message::error (PROBE_START).
ran run_in_child(const test& which, const order& told, const plugin::sealed_library& library,
                     std::chrono::seconds time);

}  // namespace commhost::worker::validator
