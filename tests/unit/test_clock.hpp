#pragma once

#include "store/clock.hpp"

#include <atomic>
#include <chrono>

namespace commhost::test {

/// A clock that stands still until the test moves it. Any thread.
class test_clock final : public store::clock {
  public:
    static constexpr store::milliseconds_utc start = 1'800'000'000'000;

    store::milliseconds_utc now() const override { return now_; }

    void advance(std::chrono::milliseconds by) { now_ += by.count(); }
    void set(store::milliseconds_utc now) { now_ = now; }

  private:
    std::atomic<store::milliseconds_utc> now_{start};
};

}  // namespace commhost::test
