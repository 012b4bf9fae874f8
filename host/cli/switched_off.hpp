#pragma once

#include "plugin/plugin_entry.hpp"
#include "plugin/problem.hpp"
#include "worker/host.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace commhost::cli {

/// What an admin wants to know who has just switched a plugin off.
struct switched_off {
    std::int64_t rooms_waiting = 0;        ///< Its own.
    std::vector<std::string> refused;      ///< Those that need it, also by way of others, and lack nothing else.
    std::vector<plugin::problem> notices;  ///< All of it in words; none where nobody misses the plugin.
    bool stops_others = false;             ///< Not only what is the plugin's own.
};

/// found: a look after it was disabled, at all plugins. Throws message::error (STORE_...).
switched_off what_stops(worker::host& host, const plugin::plugin_set& found, const std::string& name);

/// WORKER_REQUIRED of each of these that nothing works without and that cannot be used. Throws message::error (STORE_...).
std::vector<plugin::problem> required_among(worker::host& host, const plugin::plugin_set& found,
                                            std::span<const std::string> names);

}  // namespace commhost::cli
