#pragma once

#include <unistd.h>

#include <utility>

namespace commhost::text {

/// An open file, closed with it. -1 for none.
class descriptor {
  public:
    descriptor() = default;
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(other.release()) {}
    descriptor& operator=(descriptor&& other) noexcept {
        if (this != &other) {
            close();
            number_ = other.release();
        }
        return *this;
    }
    ~descriptor() { close(); }

    int number() const { return number_; }

    /// Gives the number to the caller, who closes it.
    int release() { return std::exchange(number_, -1); }

    void close() {
        if (number_ >= 0) ::close(release());
    }

  private:
    int number_ = -1;
};

}  // namespace commhost::text
