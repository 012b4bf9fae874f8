#pragma once

#include "text/descriptor.hpp"

namespace commhost::worker {

/// Wakes a thread that waits in poll(2), eventfd(2). Any thread.
class event {
  public:
    /// Throws std::system_error.
    event();

    /// Readable after signal() and until clear().
    int descriptor() const { return descriptor_.number(); }

    void signal() const;
    void clear() const;
    bool is_signalled() const;

  private:
    text::descriptor descriptor_;
};

}  // namespace commhost::worker
