#pragma once

#include "text/descriptor.hpp"
#include "worker/limited_child.hpp"
#include "worker/probe.hpp"
#include "worker/watched_child.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace commhost::worker {

/// A running commhost-probe, which carries out one order after the other. It dies with the thread that started it, or with this.
/// One thread.
class probe_server {
  public:
    /// memory: bytes of address space that it, and each plugin, may use. Throws message::error (plugin::PROBE_START).
    probe_server(const std::filesystem::path& program, std::uint64_t memory);

    /// Gives it an order and waits for its outcome, which is the report of the result, as text. Where there is none, the result
    /// says how the server came to its end, what it printed, and what was left running has been ended: it was killed_at_limit
    /// when it did not answer for so long that it cannot have been the plugin's time, and stopped when stop was readable. No
    /// order may follow then. library: the shared object, open for reading. Throws PROBE_START when it never became the program.
    child_result ask(const probe_order& order, int library, int stop);

    /// Whether it cannot be asked any more.
    bool has_ended() const { return running_->process().has_ended(); }

  private:
    child_result end(child_end why);

    text::descriptor channel_;
    std::unique_ptr<limited_child> running_;
};

/// Servers that wait for their next order, one for each thread that has used one, since they die with their thread. Any thread.
class idle_servers {
  public:
    /// That of the calling thread; null when it has none, or it has died meanwhile.
    std::unique_ptr<probe_server> take();

    /// Keeps the calling thread's.
    void give_back(std::unique_ptr<probe_server> server);

    /// Ends all of them.
    void end();

  private:
    std::mutex mutex_;
    std::map<std::thread::id, std::unique_ptr<probe_server>> servers_;
};

}  // namespace commhost::worker
