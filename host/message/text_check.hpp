#pragma once

#include "message/code.hpp"
#include "message/pattern.hpp"
#include "message/translations.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace commhost::message {

/// Something that is wrong with one text: a code LANG_..., and the values of its message but for file and line.
struct text_fault {
    code which;
    std::string key;
    arguments values;
};

/// What is wrong with the texts of a language themselves, and against the English ones, in the order of the keys:
/// keys that English lacks, patterns that are not well formed, placeholders more or fewer than the English text's,
/// and plurals that lack a category of the language or have one that its whole numbers never have. English is
/// checked against itself.
std::vector<text_fault> check_texts(std::string_view language, const string_table& texts, const string_table& english);

/// The keys of English that texts lacks, as faults LANG_KEY_MISSING.
std::vector<text_fault> missing_texts(const string_table& texts, const string_table& english);

}  // namespace commhost::message
