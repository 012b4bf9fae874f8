#pragma once

#include "message/code.hpp"

namespace commhost::message {

// What may be wrong with the texts of a language.
inline constexpr code LANG_FOLDER{"LANG_FOLDER"};
inline constexpr code LANG_KEY_MISSING{"LANG_KEY_MISSING"};
inline constexpr code LANG_KEY_UNKNOWN{"LANG_KEY_UNKNOWN"};
inline constexpr code LANG_KEY_UNUSED{"LANG_KEY_UNUSED"};
inline constexpr code LANG_OVERRIDE{"LANG_OVERRIDE"};
inline constexpr code LANG_PATTERN{"LANG_PATTERN"};
inline constexpr code LANG_PLACEHOLDER_MISSING{"LANG_PLACEHOLDER_MISSING"};
inline constexpr code LANG_PLACEHOLDER_UNKNOWN{"LANG_PLACEHOLDER_UNKNOWN"};
inline constexpr code LANG_PLURAL_MISSING{"LANG_PLURAL_MISSING"};
inline constexpr code LANG_PLURAL_UNKNOWN{"LANG_PLURAL_UNKNOWN"};

}  // namespace commhost::message
