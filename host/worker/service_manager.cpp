#include "worker/service_manager.hpp"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace commhost::worker {

namespace {

/// What cannot be told changes nothing: the service manager draws its own conclusions from hearing nothing.
void tell_manager(const std::string& assignments) { ::sd_notify(0, assignments.c_str()); }

}  // namespace

service_manager::service_manager() {
    std::uint64_t microseconds = 0;
    // Half of the time, as sd_watchdog_enabled(3) recommends.
    if (::sd_watchdog_enabled(0, &microseconds) > 0)
        watchdog_.emplace(std::chrono::milliseconds(microseconds / 2 / 1'000));
}

void service_manager::ready() {
    if (!std::exchange(is_ready_, true)) tell_manager("READY=1");
}

void service_manager::alive() {
    if (watchdog_ && watchdog_->due()) tell_manager("WATCHDOG=1");
}

void service_manager::status(const std::string& line) {
    if (std::exchange(status_, line) != line) tell_manager("STATUS=" + line);
}

void service_manager::stopping() { tell_manager("STOPPING=1"); }

}  // namespace commhost::worker
