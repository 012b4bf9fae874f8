#pragma once

#include <chrono>

namespace commhost::task {

/// How long to wait before a task that ended with an error runs again.
struct back_off {
    std::chrono::milliseconds base{2'000};
    std::chrono::milliseconds cap{15 * 60'000};

    /// The pause doubles with each try, from base up to cap; half of it is certain, the other half is up to random, a
    /// number from 0 to 1, so that tasks that failed together do not come back together. tries counts from 1.
    std::chrono::milliseconds after(int tries, double random) const;
};

}  // namespace commhost::task
