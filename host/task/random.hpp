#pragma once

#include <functional>

namespace commhost::task {

/// Gives numbers from 0 up to, but not including, 1. Called from any thread.
using random_source = std::function<double()>;

/// A source seeded by the system.
random_source system_random();

}  // namespace commhost::task
