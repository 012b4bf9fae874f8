#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace commhost::service {

/// How many bytes of answers a process holds: of those that are coming in, and of those that callers have not done with yet.
/// Each answer has a bound of its own (http_request::response_limit), and nothing else would bound all of them together. Any thread.
class http_memory {
  public:
    /// on_room is called, on any thread, whenever there is no longer enough.
    http_memory(std::size_t enough, std::size_t most, std::function<void()> on_room);
    http_memory(const http_memory&) = delete;
    http_memory& operator=(const http_memory&) = delete;

    /// So much is held that nothing further should be asked for.
    bool is_enough() const { return held_ > enough_; }

    /// What one answer holds; given back at its end. One thread at a time.
    class share {
      public:
        share() = default;
        explicit share(http_memory& of) : of_(&of) {}
        ~share();
        share(share&& other) noexcept;
        share& operator=(share&& other) noexcept;

        /// Throws std::bad_alloc, and holds no more than before, where all would hold more than the most.
        void grow(std::size_t bytes);

      private:
        http_memory* of_ = nullptr;
        std::size_t held_ = 0;
    };

  private:
    const std::size_t enough_;
    const std::size_t most_;
    const std::function<void()> on_room_;
    std::atomic<std::size_t> held_ = 0;
};

}  // namespace commhost::service
