#pragma once

#include "message/code.hpp"

namespace commhost::directory {

inline constexpr message::code DIRECTORY_INSTANCE{"DIRECTORY_INSTANCE"};
inline constexpr message::code DIRECTORY_EXISTS{"DIRECTORY_EXISTS"};
inline constexpr message::code DIRECTORY_OF_ROSTER{"DIRECTORY_OF_ROSTER"};
inline constexpr message::code DIRECTORY_REFERENCE{"DIRECTORY_REFERENCE"};
inline constexpr message::code DIRECTORY_MERGER_INACTIVE{"DIRECTORY_MERGER_INACTIVE"};
inline constexpr message::code DIRECTORY_MERGER_NONE{"DIRECTORY_MERGER_NONE"};
inline constexpr message::code DIRECTORY_MERGER_ROUND{"DIRECTORY_MERGER_ROUND"};
inline constexpr message::code DIRECTORY_MOVED{"DIRECTORY_MOVED"};
inline constexpr message::code DIRECTORY_PICTURE{"DIRECTORY_PICTURE"};
inline constexpr message::code DIRECTORY_USER{"DIRECTORY_USER"};
inline constexpr message::code DIRECTORY_USER_AMBIGUOUS{"DIRECTORY_USER_AMBIGUOUS"};

}  // namespace commhost::directory
