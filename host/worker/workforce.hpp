#pragma once

#include "plugin/plugin_entry.hpp"
#include "worker/child.hpp"
#include "worker/host.hpp"
#include "worker/interval.hpp"
#include "worker/started_worker.hpp"
#include "worker/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace commhost::worker {

/// The workers of one supervisor, from their start until what they held is settled. One thread, that of children. What throws,
/// throws message::error (STORE_...), and is to be called again.
class workforce {
  public:
    /// command: how a worker is started; its provider and its owner's name are appended. settled(provider, verdict): called for
    /// each that has ended. of outlives it.
    workforce(host& of, std::vector<std::string> command,
              std::function<void(const std::string& provider, verdict)> settled);

    /// Throws message::error (WORKER_START), too.
    void start(const plugin::plugin_entry& provider);

    /// Whether one more worker of this provider would do any good: it has none that takes rooms, or fewer than
    /// host_settings::workers says and more rooms due than one does at the same time. Those that finish their last rooms have as
    /// many successors, not more. due: how many of its tasks are.
    bool may_start(const std::string& provider, std::int64_t due) const;

    /// Logs what they printed.
    void hear();

    /// Settles what ended. What cannot be settled now, because the database is away, is settled by the next call.
    void reap();

    /// Kills the workers of tasks that take too long. What becomes of the tasks is settled when the worker is dead, so that
    /// nobody else begins while it may still send.
    void end_overdue_tasks();

    /// A worker keeps to the plugin and the settings that it began with. It finishes its rooms with these, while another one
    /// begins with the new. One that may begin no more has no successor for now.
    void replace_changed(const plugin::plugin_set& found);

    /// Those that are older, or have more memory, than host_settings::workers says, finish their rooms. One that has twice that
    /// memory before it is through is killed, which counts as a crash.
    void replace_outgrown();

    /// All finish their rooms and have no successor for now.
    void retire_all(const std::string& reason);

    void ask_all_to_stop();
    void kill_all();

    bool none() const { return workers_.empty(); }
    std::size_t size() const { return workers_.size(); }

    /// Under which names they lease: those whose process is alive, or dead and not settled: by that their tasks come back, with
    /// what there is to say.
    std::vector<std::string> owners() const;

  private:
    void settle(ended_child& ended);
    void replace(pid_t process, started_worker& worker, const std::string& because);
    void retire(pid_t process, started_worker& worker, const std::string& reason);
    void ask_to_finish(pid_t process, started_worker& worker);

    host& host_;
    std::vector<std::string> command_;
    std::function<void(const std::string&, verdict)> settled_;
    children children_;
    std::deque<ended_child> ended_;  ///< Not settled yet.
    std::map<pid_t, started_worker> workers_;
    int serial_ = 0;
    interval overdue_look_;
    interval settings_look_;
    interval outgrown_look_;
};

}  // namespace commhost::worker
