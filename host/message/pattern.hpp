#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::message {

class plural_rules;

/// The values of a text's placeholders, by name.
using arguments = std::vector<std::pair<std::string, std::string>>;

// A pattern is a text of a language file, in the part of ICU's message syntax
// (https://unicode-org.github.io/icu/userguide/format_parse/messages/) that admins and translators need:
//
//     {room}                                                  the argument `room`
//     {number, plural, =0 {no room} one {# room} other {# rooms}}   by the number; # is the number
//     {state, select, queued {waits} other {{state}}}         by the word
//
// Names are letters, digits and '_', a letter first. Every other brace, and the apostrophe, stands for itself: that
// is where this differs from ICU's MessageFormat, to which '{room}' is the text {room} in quotes, and a text with a
// bit of JSON an error. Both are common here.

/// pattern with its values. A placeholder without a value stays as it is; where a plural or select is not well
/// formed, plain placeholders alone are replaced. Never throws for what is in pattern or values, and never looks
/// for placeholders in values.
std::string format(std::string_view pattern, const arguments& values, const plural_rules& rules);

/// What a check of language files needs to know of a pattern.
struct pattern_content {
    std::set<std::string> placeholders;                   ///< Also those of plural and select.
    std::map<std::string, std::set<std::string>> plural;  ///< By argument: the categories that every plural of it has.
    std::string fault;                                    ///< A sentence without a full stop; empty for none.
};

pattern_content examine(std::string_view pattern);

}  // namespace commhost::message
