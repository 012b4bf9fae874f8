#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::message {

// A language is named as its folder: "de", "de_at". English, "en", is the one that every text has.

/// Whether name is of that form: parts of lower-case letters and digits between '_', a letter first, 2 to 20
/// characters.
bool is_language(std::string_view name);

/// "de_at" from a locale's name such as "de_AT.UTF-8@euro" or a language tag such as "de-AT"; "en" from "C",
/// "POSIX" and "".
std::string language_of_locale(std::string_view locale);

/// wanted, each followed by what it falls back to, and English in the end: {"de_at", "fr"} gives de_at, de, fr, en.
std::vector<std::string> with_fallbacks(std::span<const std::string> wanted);

/// A variable of the environment.
using variable_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// The languages that the environment asks for, the best first, as gettext reads it: the first of LC_ALL,
/// LC_MESSAGES and LANG that is not empty names the locale; unless that is C or POSIX, LANGUAGE, a list split at
/// ':', goes before it (https://www.gnu.org/software/gettext/manual/html_node/The-LANGUAGE-variable.html). Without
/// fallbacks; never empty.
std::vector<std::string> languages_of_environment(const variable_lookup& variable);

}  // namespace commhost::message
