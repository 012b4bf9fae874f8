#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// A regular expression that a plugin's author wrote and that an admin's value is held against, in the syntax of RE2
/// (https://github.com/google/re2/wiki/Syntax): Perl's without references back and without looking ahead or behind. UTF-8; a
/// character is a code point. Neither kind of text is trusted: RE2 takes time in proportion to the value and a bounded stack, and
/// the memory of an expression is limited here.

/// Why this is no pattern that can be used, as a part of a sentence; empty when it is one. At most 1,000 bytes and 1 MiB when
/// compiled.
std::optional<std::string> pattern_fault(std::string_view pattern);

/// Whether the whole text matches. Throws std::invalid_argument for a pattern that pattern_fault finds fault with.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace commhost::plugin
