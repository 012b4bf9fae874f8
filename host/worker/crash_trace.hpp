#pragma once

#include <array>
#include <string>
#include <string_view>

namespace commhost::worker {

/// From now on a process that dies of a fault of its code (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT) prints before that where it was,
/// on standard output, a line for each call, the innermost first. A plugin may take these signals for itself. Where a
/// sanitizer does, nothing is changed. Call it once, in the main thread.
void print_crash_traces();

/// Lets the calling thread tell of an overflow of its stack, too; for as long as this lives.
class crash_stack {
  public:
    crash_stack();
    ~crash_stack();
    crash_stack(const crash_stack&) = delete;
    crash_stack& operator=(const crash_stack&) = delete;

  private:
    std::array<char, std::size_t{64} * 1024> memory_;
};

/// A line that was printed, with C++'s names of functions as they are written, and with library instead of the descriptor through
/// which a plugin's library was loaded. Every other line stays as it is.
std::string readable_frame(std::string_view line, std::string_view library);

}  // namespace commhost::worker
