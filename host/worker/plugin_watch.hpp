#pragma once

#include "message/error.hpp"
#include "plugin/plugin_entry.hpp"
#include "worker/event.hpp"

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace commhost::worker {

/// What a plugin_watch works with.
struct plugin_watch_parts {
    std::vector<std::filesystem::path> roots;  ///< Where a change makes it look at once.

    /// Looks at every plugin, which takes as long as their probes do. Called on the watch's own thread, for as long as it is
    /// there: a probe dies with the thread that started it.
    std::function<plugin::plugin_set()> look;

    /// Makes a look that is going on end soon, by core_communication::task_cancelled. Any thread.
    std::function<void()> give_up;

    /// Takes what is worth telling an admin. Called on the watch's own thread.
    std::function<void(const message::error&)> tell;

    std::chrono::milliseconds poll_every{30'000};  ///< Looks without having been told of a change.
    std::chrono::milliseconds quiet{300};          ///< See folder_changes::settle.
};

/// Looks at the plugins in a thread of its own, so that one that hangs in its probe delays nobody else: at once, when the roots
/// change, when it is asked to, and now and then. Any thread but where said.
class plugin_watch {
  public:
    /// Throws std::system_error.
    explicit plugin_watch(plugin_watch_parts parts);

    /// Ends a look that is going on.
    ~plugin_watch();
    plugin_watch(const plugin_watch&) = delete;
    plugin_watch& operator=(const plugin_watch&) = delete;

    /// What the newest look found, once; empty when that was taken. Never blocks. Throws what the newest look threw, each time
    /// until one succeeds.
    std::optional<plugin::plugin_set> take();

    /// Looks as soon as the look that is going on has ended.
    void look_again();

  private:
    void run();

    plugin_watch_parts parts_;
    event wake_;  ///< Somebody asked to look again or to stop.
    std::mutex mutex_;
    bool stopping_ = false;
    std::optional<plugin::plugin_set> found_;
    std::exception_ptr failed_;
    std::thread thread_;  ///< The last, since it uses the others.
};

}  // namespace commhost::worker
