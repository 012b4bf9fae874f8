#pragma once

#include "plugin/plugin_entry.hpp"
#include "plugin/quarantine.hpp"
#include "worker/host.hpp"

#include <map>
#include <string>

namespace commhost::worker {

/// What speaks against starting a worker of this provider, in words for an admin; empty for nothing. found: the newest look.
/// in_force: what holds now, which may be less than at that look. Throws message::error (STORE_...).
std::string why_unavailable(host& of, const plugin::plugin_set& found, const plugin::quarantines& in_force,
                            const std::string& provider);

/// The required plugins (host_settings::required_plugins) that cannot be used, each with the reason in words for an admin.
/// Throws message::error (STORE_...).
std::map<std::string, std::string> required_and_unavailable(host& of, const plugin::plugin_set& found,
                                                            const plugin::quarantines& in_force);

}  // namespace commhost::worker
