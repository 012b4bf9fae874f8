#pragma once

#include "plugin/sealed_library.hpp"
#include "worker/validator/order.hpp"
#include "worker/validator/test.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace commhost::worker::validator {

/// What came of a test's process.
struct ran {
    verdict found;

    /// Where the test crashed: which method was under way in which world, if it was in one.
    std::optional<left_out> under_way;

    std::vector<breach> handed_on;  ///< See told.
    std::vector<std::string> begun_rooms;
    std::set<std::string> deleted_rooms;
    bool was_stopped = false;  ///< Because somebody does not want to know any more.
};

/// Runs one test in a child process, which is killed when the order's time is over, or once stop is readable (-1: never),
/// and judges how it ended. Throws message::error (PROBE_START).
ran run_in_child(const test& which, const order& told, const plugin::sealed_library& library, int stop);

}  // namespace commhost::worker::validator
