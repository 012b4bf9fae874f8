#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace commhost::text {

/// An open file, pipe or the like by its number, closed in the end. -1: none.
class descriptor {
  public:
    descriptor() = default;
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(other.release()) {}
    descriptor& operator=(descriptor&& other) noexcept;
    ~descriptor() { close(); }

    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

    /// Gives the number to the caller, who closes it.
    int release() { return std::exchange(number_, -1); }

    /// For what was only read, or written and synchronised: what close(2) says then changes nothing.
    void close();

  private:
    int number_ = -1;
};

/// A pipe; exec closes both ends.
struct pipe_ends {
    descriptor read;
    descriptor write;
};

/// None where the system refuses, which errno tells.
std::optional<pipe_ends> make_pipe();

/// Reads what a pipe that does not block holds now, 64 KiB at most, which is what one holds as a rule: several writers could keep
/// a reader busy that reads until there is nothing. Appends it to into as long as that has no more than keep bytes; the
/// rest is lost. Returns whether more may come.
bool read_some(int pipe, std::string& into, std::size_t keep = std::string::npos);

/// Writes all of it, however often the system takes a part or a signal comes between. Returns what the system said where it takes
/// no more.
std::error_code write_all(int descriptor, std::string_view text);

}  // namespace commhost::text
