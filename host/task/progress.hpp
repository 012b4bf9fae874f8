#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace commhost::task {

/// How many tasks of a queue were due or running at some time.
struct sample {
    store::milliseconds_utc at = 0;
    std::int64_t left = 0;
};

/// How a queue gets on.
struct progress {
    std::string queue;
    std::int64_t left =
        0;  ///< Tasks that are due or run. What waits for a later time is not counted, nor what has failed.
    std::int64_t done = 0;  ///< How many fewer there are than when there were most within the last minutes.
    /// Until none is left, if it goes on as since then. Not known before half a minute of that has been seen, and while more
    /// come than go.
    std::optional<std::chrono::milliseconds> time_left{};
};

/// samples: of the last minutes, in order of time. Computes only.
progress progress_since(std::span<const sample> samples, sample now);

/// Keeps how many tasks each queue has left, for progress_of(): once within ten seconds, whoever asks and however often, and for ten
/// minutes. Part of the caller's transaction.
void keep_sample(store::connection& within, store::milliseconds_utc now);

/// By queue; those that have something left. Throws message::error from store.
std::vector<progress> progress_of(store::connection& on, store::milliseconds_utc now);

}  // namespace commhost::task
