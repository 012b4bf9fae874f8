#pragma once

#include <chrono>

namespace commhost::service {

/// Time and chance as the http client sees them, so that a test can hold both still.
class http_clock {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~http_clock() = default;

    virtual time_point now() const = 0;

    /// For a Retry-After that names a date.
    virtual std::chrono::system_clock::time_point date() const = 0;

    /// From 0 up to and without 1: how much of the jitter is added to a wait.
    virtual double jitter() = 0;
};

}  // namespace commhost::service
