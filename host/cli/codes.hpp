#pragma once

#include "message/code.hpp"

namespace commhost::cli {

inline constexpr message::code CONFIGURATION_MISSING{"CONFIGURATION_MISSING"};
inline constexpr message::code CONFIGURATION_STATE{"CONFIGURATION_STATE"};
inline constexpr message::code CLI_CODE_UNKNOWN{"CLI_CODE_UNKNOWN"};
inline constexpr message::code CONFIGURATION_USER{"CONFIGURATION_USER"};
inline constexpr message::code CONFIGURATION_TRUST{"CONFIGURATION_TRUST"};
inline constexpr message::code CLI_SECRET_ARGUMENT{"CLI_SECRET_ARGUMENT"};
inline constexpr message::code CLI_SECRET_EMPTY{"CLI_SECRET_EMPTY"};
inline constexpr message::code CLI_SECRET_FILE{"CLI_SECRET_FILE"};
inline constexpr message::code CLI_OUTPUT{"CLI_OUTPUT"};
inline constexpr message::code CLI_PROVIDER_MISSING{"CLI_PROVIDER_MISSING"};
inline constexpr message::code CLI_PROVIDER_DISABLED{"CLI_PROVIDER_DISABLED"};
inline constexpr message::code CLI_DEPENDENTS_REFUSED{"CLI_DEPENDENTS_REFUSED"};
inline constexpr message::code CLI_NO_PROVIDER{"CLI_NO_PROVIDER"};
inline constexpr message::code CLI_USAGE{"CLI_USAGE"};
inline constexpr message::code CLI_ROLE{"CLI_ROLE"};
inline constexpr message::code CLI_TIME{"CLI_TIME"};

inline constexpr message::code CLI_FILE_UNREADABLE{"CLI_FILE_UNREADABLE"};
inline constexpr message::code CLI_MEMBER_NOT_BY_HAND{"CLI_MEMBER_NOT_BY_HAND"};
inline constexpr message::code CLI_NO_GROUPS{"CLI_NO_GROUPS"};
inline constexpr message::code CLI_NOT_CONFIRMED{"CLI_NOT_CONFIRMED"};
inline constexpr message::code CLI_NOT_LEFT{"CLI_NOT_LEFT"};
inline constexpr message::code CLI_PICTURE{"CLI_PICTURE"};
inline constexpr message::code CLI_ROOM_NOT_FROZEN{"CLI_ROOM_NOT_FROZEN"};

}  // namespace commhost::cli
