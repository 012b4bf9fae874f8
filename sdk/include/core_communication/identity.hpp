#pragma once

#include <cstdint>

namespace core_communication::inline v1 {

/// The host's number of a person. Positive for people of the roster. Negative for somebody who is in the room on the
/// server but in no roster; such a number means that person only until the task ends.
enum class user_id : std::int64_t {};

/// The host's number of one room at one provider.
enum class communication_id : std::int64_t {};

}  // namespace core_communication::inline v1
