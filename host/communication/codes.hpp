#pragma once

#include "message/code.hpp"

namespace commhost::communication {

inline constexpr message::code ROOM_UNKNOWN{"ROOM_UNKNOWN"};
inline constexpr message::code ROOM_AMBIGUOUS{"ROOM_AMBIGUOUS"};
inline constexpr message::code ROOM_ACTIVE{"ROOM_ACTIVE"};
inline constexpr message::code ROOM_ADOPT_CREATED{"ROOM_ADOPT_CREATED"};
inline constexpr message::code ROOM_ADOPT_NOTHING{"ROOM_ADOPT_NOTHING"};
inline constexpr message::code ROOM_ADOPT_NO_ROOM{"ROOM_ADOPT_NO_ROOM"};
inline constexpr message::code ROOM_ADOPT_TAKEN{"ROOM_ADOPT_TAKEN"};
inline constexpr message::code ROOM_ADOPT_UNABLE{"ROOM_ADOPT_UNABLE"};
inline constexpr message::code ROOM_ARCHIVE_OPEN{"ROOM_ARCHIVE_OPEN"};
inline constexpr message::code ROOM_DELETING{"ROOM_DELETING"};
inline constexpr message::code ROOM_FROZEN{"ROOM_FROZEN"};
inline constexpr message::code ROOM_NOT_GONE{"ROOM_NOT_GONE"};
inline constexpr message::code ROOM_NOT_YET{"ROOM_NOT_YET"};
inline constexpr message::code ROOM_NO_READ{"ROOM_NO_READ"};
inline constexpr message::code ROOM_REMOVALS_PAUSED{"ROOM_REMOVALS_PAUSED"};
inline constexpr message::code ROOM_STRANGERS{"ROOM_STRANGERS"};
inline constexpr message::code ROOM_STRANGERS_SPARED{"ROOM_STRANGERS_SPARED"};
inline constexpr message::code ROOM_URL{"ROOM_URL"};
inline constexpr message::code ROOM_PROVIDER_ERROR{"ROOM_PROVIDER_ERROR"};
inline constexpr message::code MEMBER_NO_ACCOUNT{"MEMBER_NO_ACCOUNT"};
inline constexpr message::code MEMBER_NO_VERDICT{"MEMBER_NO_VERDICT"};
inline constexpr message::code MEMBER_BANNED{"MEMBER_BANNED"};
inline constexpr message::code MEMBER_ACCOUNT_TAKEN{"MEMBER_ACCOUNT_TAKEN"};

}  // namespace commhost::communication
