#pragma once

#include "store/listener.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace commhost::test {

/// What a listener hears, in its order.
class heard {
  public:
    heard(const store::database& of, std::string channel)
        : listener_(of, std::move(channel), [this](std::string_view payload) {
              const std::scoped_lock locked(mutex_);
              words_.emplace_back(payload);
              more_.notify_all();
          }) {}

    /// Waits for it.
    std::string next() {
        std::unique_lock locked(mutex_);
        more_.wait(locked, [&] { return !words_.empty(); });
        auto word = std::move(words_.front());
        words_.pop_front();
        return word;
    }

  private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<std::string> words_;
    store::listener listener_;  ///< The last: its thread uses the others.
};

}  // namespace commhost::test
