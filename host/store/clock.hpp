#pragma once

#include <chrono>
#include <cstdint>

namespace commhost::store {

/// Milliseconds since 1970-01-01T00:00:00Z: how every point in time is stored.
using milliseconds_utc = std::int64_t;

/// Where the time comes from, so that a test can hold it still.
class clock {
  public:
    virtual ~clock() = default;

    virtual milliseconds_utc now() const = 0;
};

/// What a host knows of time by itself. Any thread.
class host_clock : public clock {
  public:
    /// Goes on evenly, whatever somebody sets now() to.
    virtual std::chrono::milliseconds since_boot() const = 0;
};

class system_clock final : public host_clock {
  public:
    milliseconds_utc now() const override;

    /// CLOCK_BOOTTIME (clock_gettime(2)), which counts the time in which the machine sleeps.
    std::chrono::milliseconds since_boot() const override;
};

}  // namespace commhost::store
