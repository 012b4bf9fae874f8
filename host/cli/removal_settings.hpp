#pragma once

#include "communication/policy.hpp"
#include "plugin/json_document.hpp"
#include "roster/absence.hpp"
#include "roster/brake.hpp"

#include <vector>

namespace commhost::cli {

/// "removals" of the configuration: what the brake holds, and when somebody whom a full roster does not name is gone.
struct removal_settings {
    roster::removal_limits limits;
    roster::absence_rules absent;
};

/// "removals". A limit that is named replaces the one that holds without it as a whole; {} is none.
/// Throws message::error (JSON_CONTENT).
removal_settings removals_of(const plugin::json_place& place);

/// "pauses". Throws message::error (JSON_CONTENT).
std::vector<communication::pause> pauses_of(const plugin::json_place& place);

}  // namespace commhost::cli
