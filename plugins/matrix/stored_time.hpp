#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace communication_matrix {

/// The time as it is kept among a room's or the site's values: seconds since 1970.
std::string time_to_store();

/// Whether the time that stands at the beginning of what was kept is less than that ago. Not where none stands there, nor for one
/// that is to come, as after a clock that was wrong.
bool is_within(std::string_view kept, std::chrono::seconds time);

}  // namespace communication_matrix
