#pragma once

#include <core_communication/member.hpp>
#include <core_communication/processor.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::worker::validator {

/// The people of the roster that the validator plays, by user id.
inline constexpr std::array everybody{core_communication::user_id{1}, core_communication::user_id{2},
                                      core_communication::user_id{3}};

/// Always the same ones, so that a server has their accounts but once. Everything that is said about them is found again
/// wherever it turns up.
core_communication::person person_of(core_communication::user_id user);

/// That of the person, which no other one has; found again as their other fields are.
core_communication::picture picture_of(core_communication::user_id user);

core_communication::room_role role_of(core_communication::user_id user);

/// By the name of the field (as external_data has it: "email"), what is looked for in a request.
std::vector<std::pair<std::string, std::string>> marks_of(core_communication::user_id user);

/// The key of a room that no run before has made, and not of the seed: what a broken run has left on a server must not be
/// found by the next. Holds no mark of a person, whatever stands before it. Throws std::system_error.
std::string new_room_key();

/// A small picture for a room.
core_communication::picture picture();

}  // namespace commhost::worker::validator
