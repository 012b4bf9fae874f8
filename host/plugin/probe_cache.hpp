#pragma once

#include "plugin/host_version.hpp"
#include "plugin/prober.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// What probes found, by what their result depends on (table plugin_probe).
struct known_report {
    std::string json;
    store::milliseconds_utc probed_at = 0;
};
using known_reports = std::map<std::string, known_report, std::less<>>;

/// What a probe's result depends on: the plugin's content, and the host that runs it.
std::string probe_key(std::string_view content_digest, const host_version& host);

/// Those of these keys that are known; an empty one is none. Throws message::error (STORE_...), and so does keep_reports.
known_reports find_reports(store::connection& on, std::span<const std::string> keys);

/// Keeps them in the place of older ones, and drops what nobody made anew for 90 days.
void keep_reports(store::connection& on, const known_reports& fresh, store::milliseconds_utc now);

/// The report when it still counts: a refusal by the probe is forgotten after ten minutes, since its cause may lie
/// outside of the folder, and what another version of this program wrote may say nothing to this one.
std::optional<probe_report> usable(const known_report& known, store::milliseconds_utc now);

}  // namespace commhost::plugin
