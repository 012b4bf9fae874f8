#pragma once

#include "service/http_clock.hpp"

#include <chrono>
#include <cstddef>

namespace commhost::service {

/// How many requests are under way at one place, and have been on average. One that is answered with others, and sent on with others, is
/// counted for what was there with it and not for the order in which they were taken up. Computes only; the time is handed in, and does not
/// go back.
class http_load {
  public:
    void add(http_clock::time_point now) {
        pass(now);
        ++count_;
    }
    void remove(http_clock::time_point now) {
        pass(now);
        --count_;
    }
    std::size_t count() const { return count_; }

    /// Requests times the time that they have been under way, up to now.
    std::chrono::duration<double> sum(http_clock::time_point now) const { return sum_ + (now - last_) * count_; }

    /// The mean since then, when the sum was that; what is there now where no time has passed.
    double mean_since(http_clock::time_point then, std::chrono::duration<double> sum_then,
                      http_clock::time_point now) const {
        if (now <= then) return static_cast<double>(count_);
        return (sum(now) - sum_then) / std::chrono::duration<double>(now - then);
    }

  private:
    void pass(http_clock::time_point now) {
        sum_ = sum(now);
        last_ = now;
    }

    std::size_t count_ = 0;
    http_clock::time_point last_{};
    std::chrono::duration<double> sum_{};
};

}  // namespace commhost::service
