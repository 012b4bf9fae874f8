#pragma once

#include "message/code.hpp"

namespace commhost::directory {

inline constexpr message::code DIRECTORY_INSTANCE{"DIRECTORY_INSTANCE"};
inline constexpr message::code DIRECTORY_REFERENCE{"DIRECTORY_REFERENCE"};
inline constexpr message::code DIRECTORY_MOVED{"DIRECTORY_MOVED"};

}  // namespace commhost::directory
