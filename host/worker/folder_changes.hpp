#pragma once

#include "text/descriptor.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace commhost::worker {

/// Tells that something changed in folders and in those below them, by inotify(7): files written, made, renamed, removed, given
/// another mode or owner. Network file systems do not tell what other machines change, so whoever asks looks now and then
/// anyway. One thread.
class folder_changes {
  public:
    /// Begins anew with these folders as they are now; what changed before is forgotten, so look at them after this. Of one that
    /// is not there the nearest folder above it is followed, alone, for what comes into it. A link right in one of these folders is
    /// followed, others are not, nor is what is more than three levels down. Returns why the system refuses, if it does; then
    /// nothing is told.
    std::optional<std::string> follow(std::span<const std::filesystem::path> roots);

    /// Readable when something changed; -1 when nothing is told.
    int descriptor() const { return inotify_.number(); }

    /// Once something changed: waits until nothing has changed for as long as quiet, or for at_most in all, so that a folder that
    /// is being copied is looked at once. Ends early when stop, a descriptor, is readable.
    void settle(std::chrono::milliseconds quiet, std::chrono::milliseconds at_most, int stop);

  private:
    text::descriptor inotify_;
};

}  // namespace commhost::worker
