#pragma once

#include "message/pattern.hpp"
#include "message/plural_rules.hpp"

#include <boost/json/fwd.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::message {

/// The texts of one language file by key. A file is a JSON object of texts, and of objects of texts, whose keys are
/// joined by '/': {"a": "x", "B": {"title": "y"}} has the keys a and B/title.
using string_table = std::map<std::string, std::string, std::less<>>;

/// Throws std::invalid_argument, naming the key, for any other shape.
string_table table_of(const boost::json::value& document);

/// The texts of one component in several languages. Any thread, once nothing is put in any more.
class translations {
  public:
    /// Over what the language has already: a text that is there is replaced.
    void put(std::string_view language, const string_table& texts);

    /// In alphabetical order.
    std::vector<std::string> languages() const;

    /// Null for a language without texts.
    const string_table* table(std::string_view language) const;

    /// The text in the first of the languages that has it; null when none has.
    const std::string* find(std::span<const std::string> languages, std::string_view key) const;

    /// That text with its values, its plurals those of the language it is found in; nothing as above.
    std::optional<std::string> text(std::span<const std::string> languages, std::string_view key,
                                    const arguments& values) const;

  private:
    struct language_texts {
        explicit language_texts(std::string_view language) : rules(language) {}
        string_table texts;
        plural_rules rules;
    };
    std::map<std::string, language_texts, std::less<>> languages_;
};

}  // namespace commhost::message
