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

class system_clock final : public clock {
  public:
    milliseconds_utc now() const override {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
};

}  // namespace commhost::store
