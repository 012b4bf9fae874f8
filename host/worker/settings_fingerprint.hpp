#pragma once

#include "plugin/plugin_entry.hpp"
#include "worker/host.hpp"

#include <optional>
#include <string>

namespace commhost::worker {

/// Differs when a provider's site settings do, what its secrets refer to included. Empty while they cannot be read as a whole. Gives
/// none of them away.
std::optional<std::string> settings_fingerprint(host& of, const plugin::plugin_entry& entry);

}  // namespace commhost::worker
