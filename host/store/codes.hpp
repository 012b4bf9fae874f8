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
inline constexpr message::code STORE_OLDER{"STORE_OLDER"};
inline constexpr message::code STORE_EMPTY{"STORE_EMPTY"};
inline constexpr message::code STORE_IN_USE{"STORE_IN_USE"};
inline constexpr message::code STORE_UPGRADED{"STORE_UPGRADED"};
inline constexpr message::code STORE_COPY{"STORE_COPY"};
inline constexpr message::code STORE_COPY_TOOL{"STORE_COPY_TOOL"};
inline constexpr message::code STORE_ORPHANS{"STORE_ORPHANS"};
inline constexpr message::code STORE_INDEX{"STORE_INDEX"};

}  // namespace commhost::store
