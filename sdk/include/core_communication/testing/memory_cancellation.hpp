#pragma once

#include <core_communication/cancellation.hpp>

namespace core_communication::testing {

/// A task that a test stops, now or in the middle of the plugin's work. One thread.
class memory_cancellation final : public cancellation {
  public:
    bool requested() const noexcept override { return requested_; }

    /// The task is to stop, for good.
    void request() { requested_ = true; }

  private:
    bool requested_ = false;
};

}  // namespace core_communication::testing
