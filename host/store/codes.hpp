#pragma once

#include "message/code.hpp"

namespace commhost::store {

inline constexpr message::code STORE_LOCATION{"STORE_LOCATION"};
inline constexpr message::code STORE_OPEN{"STORE_OPEN"};
inline constexpr message::code STORE_STATEMENT{"STORE_STATEMENT"};
inline constexpr message::code STORE_LOST{"STORE_LOST"};
inline constexpr message::code STORE_BUSY{"STORE_BUSY"};
inline constexpr message::code STORE_FULL{"STORE_FULL"};
inline constexpr message::code STORE_READ_ONLY{"STORE_READ_ONLY"};
inline constexpr message::code STORE_DAMAGED{"STORE_DAMAGED"};
inline constexpr message::code STORE_NEWER{"STORE_NEWER"};

}  // namespace commhost::store
