#pragma once

#include <core_communication/identity.hpp>
#include <core_communication/provider_error.hpp>

#include <functional>
#include <span>
#include <vector>

namespace commhost::communication {

/// How a call for many people is made, and what is known of them in between.
struct bulk_call {
    /// Makes it for these people, who are never none.
    std::function<void(std::span<const core_communication::user_id>)> make;
    /// Those of them who have no verdict yet, in their order.
    std::function<std::vector<core_communication::user_id>(std::span<const core_communication::user_id>)> undecided;
    /// Notes that the call is refused because of this one person.
    std::function<void(core_communication::user_id, const core_communication::provider_error&)> refuse;
};

/// Makes a call for all of these people; where it is refused (provider_error: rejected, conflict, invalid, or anything of
/// the plugin's own), makes it again for each half of those who are undecided, down to one, who is the culprit. One among
/// n costs about 2 log2 n calls more, and n culprits 2n - 1 calls in all.
///
/// What is nobody's fault ends it and is thrown on: provider_error (unavailable, rate_limited, unauthorised),
/// task_cancelled, the host's own message::error, and a lack of memory.
void call_in_halves(std::span<const core_communication::user_id> users, const bulk_call& call);

}  // namespace commhost::communication
