#pragma once

#include <chrono>
#include <optional>

namespace commhost::worker {

/// "Not more often than": due() is true at first and then once in each interval.
class interval {
  public:
    explicit interval(std::chrono::milliseconds length) : length_(length) {}

    bool due() {
        const auto now = std::chrono::steady_clock::now();
        if (next_ && now < *next_) return false;
        next_ = now + length_;
        return true;
    }

  private:
    std::chrono::milliseconds length_;
    std::optional<std::chrono::steady_clock::time_point> next_;
};

}  // namespace commhost::worker
