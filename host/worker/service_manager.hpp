#pragma once

#include "worker/interval.hpp"

#include <optional>
#include <string>

namespace commhost::worker {

/// Tells the service manager that started this process how it is (systemd, sd_notify(3)). Nothing where none listens. One thread.
class service_manager {
  public:
    service_manager();

    /// It does its work from now on. The first time counts.
    void ready();

    /// It is not stuck. To be called again and again, at the least several times in the time that WatchdogSec= gives.
    void alive();

    /// One line for `systemctl status`.
    void status(const std::string& line);

    /// It is about to end.
    void stopping();

  private:
    std::optional<interval> watchdog_;  ///< None is wanted without it.
    bool is_ready_ = false;
    std::string status_;
};

}  // namespace commhost::worker
