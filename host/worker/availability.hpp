#pragma once

#include "plugin/plugin_entry.hpp"
#include "plugin/quarantine.hpp"
#include "worker/host.hpp"

#include <string>

namespace commhost::worker {

/// What speaks against starting a worker of this provider, in words for an admin; empty for nothing. found: the newest look.
/// in_force: what holds now, which may be less than at that look. Throws message::error (STORE_...).
std::string why_unavailable(host& of, const plugin::plugin_set& found, const plugin::quarantines& in_force,
                            const std::string& provider);

}  // namespace commhost::worker
