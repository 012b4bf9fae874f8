#pragma once

#include <core_communication/cancellation.hpp>

#include <atomic>
#include <future>

namespace commhost::test {

/// Is asked by whoever waits, and by nobody else. Any thread.
class watched_cancellation final : public core_communication::cancellation {
  public:
    bool requested() const noexcept override {
        if (!is_seen_.exchange(true)) seen_.set_value();
        return stop;
    }
    void wait_until_asked() { seen_.get_future().wait(); }

    std::atomic<bool> stop = false;

  private:
    mutable std::atomic<bool> is_seen_ = false;
    mutable std::promise<void> seen_;
};

}  // namespace commhost::test
