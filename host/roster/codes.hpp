#pragma once

#include "message/code.hpp"

namespace commhost::roster {

// A source that is refused as a whole: these are thrown.
inline constexpr message::code ROSTER_SOURCE{"ROSTER_SOURCE"};
inline constexpr message::code ROSTER_READ{"ROSTER_READ"};
inline constexpr message::code ROSTER_ZIP{"ROSTER_ZIP"};
inline constexpr message::code ROSTER_SIZE{"ROSTER_SIZE"};
inline constexpr message::code ROSTER_NO_MANIFEST{"ROSTER_NO_MANIFEST"};
inline constexpr message::code ROSTER_VERSION{"ROSTER_VERSION"};
inline constexpr message::code ROSTER_MODE{"ROSTER_MODE"};
inline constexpr message::code ROSTER_FILE_MISSING{"ROSTER_FILE_MISSING"};
inline constexpr message::code ROSTER_FILE_TWICE{"ROSTER_FILE_TWICE"};
inline constexpr message::code ROSTER_FILE_EMPTY{"ROSTER_FILE_EMPTY"};
inline constexpr message::code ROSTER_COLUMN_MISSING{"ROSTER_COLUMN_MISSING"};
inline constexpr message::code ROSTER_COLUMN_TWICE{"ROSTER_COLUMN_TWICE"};
inline constexpr message::code ROSTER_ENCODING{"ROSTER_ENCODING"};
inline constexpr message::code ROSTER_QUOTE{"ROSTER_QUOTE"};
inline constexpr message::code ROSTER_ROW_SIZE{"ROSTER_ROW_SIZE"};
inline constexpr message::code ROSTER_JSON{"ROSTER_JSON"};
inline constexpr message::code ROSTER_JSON_FIELD{"ROSTER_JSON_FIELD"};
inline constexpr message::code ROSTER_JSON_VALUE{"ROSTER_JSON_VALUE"};
inline constexpr message::code ROSTER_PLAN{"ROSTER_PLAN"};
inline constexpr message::code ROSTER_PLAN_VERSION{"ROSTER_PLAN_VERSION"};
inline constexpr message::code ROSTER_PLAN_EDITED{"ROSTER_PLAN_EDITED"};
inline constexpr message::code ROSTER_PLAN_DATABASE{"ROSTER_PLAN_DATABASE"};
inline constexpr message::code ROSTER_WRITE{"ROSTER_WRITE"};
inline constexpr message::code ROSTER_HELD{"ROSTER_HELD"};
inline constexpr message::code ROSTER_HELD_UNKNOWN{"ROSTER_HELD_UNKNOWN"};
inline constexpr message::code ROSTER_UNDO_NOTHING{"ROSTER_UNDO_NOTHING"};
inline constexpr message::code ROSTER_UNDO_MOVED{"ROSTER_UNDO_MOVED"};
inline constexpr message::code ROSTER_EXPORT_COMPONENTS{"ROSTER_EXPORT_COMPONENTS"};
inline constexpr message::code ROSTER_SOURCE_UNKNOWN{"ROSTER_SOURCE_UNKNOWN"};

// A row that is left out.
inline constexpr message::code ROSTER_CELLS{"ROSTER_CELLS"};
inline constexpr message::code ROSTER_VALUE_MISSING{"ROSTER_VALUE_MISSING"};
inline constexpr message::code ROSTER_VALUE_LONG{"ROSTER_VALUE_LONG"};
inline constexpr message::code ROSTER_VALUE{"ROSTER_VALUE"};
inline constexpr message::code ROSTER_TWICE{"ROSTER_TWICE"};
inline constexpr message::code ROSTER_USERNAME_TWICE{"ROSTER_USERNAME_TWICE"};
inline constexpr message::code ROSTER_ERASED_ID{"ROSTER_ERASED_ID"};
inline constexpr message::code ROSTER_UNKNOWN_USER{"ROSTER_UNKNOWN_USER"};
inline constexpr message::code ROSTER_UNKNOWN_INSTANCE{"ROSTER_UNKNOWN_INSTANCE"};

// Something worth knowing; the row is used.
inline constexpr message::code ROSTER_ROLE{"ROSTER_ROLE"};
inline constexpr message::code ROSTER_MERGED{"ROSTER_MERGED"};
inline constexpr message::code ROSTER_PROVIDER{"ROSTER_PROVIDER"};
inline constexpr message::code ROSTER_PICTURE{"ROSTER_PICTURE"};
inline constexpr message::code ROSTER_FIELD_LONG{"ROSTER_FIELD_LONG"};
inline constexpr message::code ROSTER_REFERENCE{"ROSTER_REFERENCE"};
inline constexpr message::code ROSTER_OPTIONAL_MISSING{"ROSTER_OPTIONAL_MISSING"};
inline constexpr message::code ROSTER_NOBODY_GONE{"ROSTER_NOBODY_GONE"};
inline constexpr message::code ROSTER_NOT_DECLARED{"ROSTER_NOT_DECLARED"};

}  // namespace commhost::roster
