#pragma once

#include "plugin/plugin_entry.hpp"
#include "store/clock.hpp"
#include "worker/host.hpp"

#include <map>
#include <optional>
#include <string>

namespace commhost::worker {

/// Why nothing of a provider moves.
struct standstill {
    std::string reason{};  ///< In words for an admin, in the language of the process.
    /// None where it is not known: of what is wrong with a folder or a setting.
    std::optional<store::milliseconds_utc> since{};
    std::optional<store::milliseconds_utc>
        until{};             ///< When it is tried next; none where no time brings that, and while it is tried.
    bool tried_now = false;  ///< The next try is under way, or is for whoever comes first.
    std::optional<std::string> last_error{};  ///< What a task or worker ended with, where that is the reason.
};

/// By provider.
using standstills = std::map<std::string, standstill>;

/// The providers that have tasks, other than failed ones, and stand still: a required plugin is down, the provider is disabled,
/// missing, refused, not configured or quarantined, or its server is away. Of several reasons the first.
/// found: has these providers and the required plugins, as far as they are there. Throws message::error (STORE_...).
standstills standing_still(host& of, const plugin::plugin_set& found);

/// Likewise, with what the registry finds of these. Reads plugins, and probes those that are new; loads none.
standstills standing_still(host& of);

}  // namespace commhost::worker
