#pragma once

#include "plugin/plugin_entry.hpp"
#include "plugin/quarantine.hpp"
#include "store/clock.hpp"
#include "worker/host.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace commhost::worker {

/// By provider or plugin: what speaks against it, in words for an admin.
using reasons = std::map<std::string, std::string>;

/// Which providers get a worker, and what speaks against the others; what changes of that stands in the log. One thread.
class admission {
  public:
    using steady_now = std::function<std::chrono::steady_clock::time_point()>;

    /// of: outlives it.
    explicit admission(host& of, steady_now now = &std::chrono::steady_clock::now);

    /// Whether work may begin at all: no required plugin is down. found: the newest look. Throws message::error (STORE_...).
    bool opens(const plugin::plugin_set& found);

    /// Those of the providers with due tasks for which a worker may begin now. Call it after opens(). Throws message::error
    /// (STORE_...).
    std::vector<std::string> admitted(std::set<std::string> due, const plugin::plugin_set& found);

    /// A worker of this provider could not begin: another one would not get further for half a minute.
    void could_not_begin(const std::string& provider);
    void ended_in_order(const std::string& provider);

    const reasons& unavailable() const { return unavailable_; }      ///< Of the providers with due tasks.
    const reasons& required_down() const { return required_down_; }  ///< As of the newest opens().

    /// Whether what speaks against it is a quarantine that ends by then.
    bool ends_soon(const std::string& provider, store::milliseconds_utc soon) const;

  private:
    void tell_changes(const reasons& now);

    host& host_;
    steady_now now_;
    std::map<std::string, std::chrono::steady_clock::time_point> not_before_;
    plugin::quarantines quarantines_;  ///< As of the newest opens().
    std::map<std::string, store::milliseconds_utc>
        quarantined_;  ///< Of unavailable_ and required_down_, those until when.
    reasons told_;     ///< What the log has.
    reasons unavailable_;
    reasons required_down_;
};

}  // namespace commhost::worker
