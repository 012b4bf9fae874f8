#pragma once

#include "plugin/plugin_entry.hpp"
#include "service/secret_blanker.hpp"
#include "worker/host.hpp"

#include <set>
#include <string>
#include <string_view>

namespace commhost::worker {

/// What a worker prints, which is its plugin's words or a library's, turned into lines of the log in which no secret of the
/// plugin's settings stands. One thread.
class worker_output {
  public:
    /// of: outlives it. entry: the plugin that the worker was started for.
    worker_output(host& of, plugin::plugin_entry entry);

    /// Logs the lines that are complete with this piece; a line over 8 KiB in parts. Text is left out, and the log says so,
    /// while the secrets that it may hold cannot be read.
    void take(std::string_view piece);

    /// Logs what is left: the worker has ended.
    void end();

  private:
    bool learn_secrets();
    void log_line(std::string_view line);

    host& host_;
    plugin::plugin_entry entry_;
    std::set<std::string> secrets_;  ///< Also those that were set once: the worker may still use them.
    service::secret_blanker blank_;
    std::string pending_;
};

}  // namespace commhost::worker
