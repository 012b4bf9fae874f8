#pragma once

#include "message/code.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::message {

/// The values of a message's placeholders, by name.
using arguments = std::vector<std::pair<std::string, std::string>>;

/// One message of the catalogue: two texts in which {name} stands for an argument.
struct entry {
    std::string text;    ///< What was found, what was wanted, what the host did. One or two sentences.
    std::string advice;  ///< What the admin can do about it. May be empty where the text says it all.
};

/// The sentences of all messages in one language. Immutable once made; any thread.
class catalogue {
  public:
    /// json: {"CODE": {"text": "...", "advice": "..."}, ...}. Throws std::invalid_argument when it is not of that shape.
    explicit catalogue(std::string_view json);

    /// The English catalogue that is built into the program (lang/en/core_communication.json).
    static const catalogue& built_in();

    /// Null for an unknown code.
    const entry* find(std::string_view id) const;

    /// The text with its placeholders replaced. Values are shown as text::printable has them, so that the sentence is one line
    /// of UTF-8 that can go to a terminal, wherever they come from. An unknown code gives the code and its arguments, so that nothing that
    /// was known at the fault is lost.
    std::string text(code which, const arguments& values) const;

    /// The advice likewise; empty for an unknown code.
    std::string advice(code which, const arguments& values) const;

    const std::map<std::string, entry, std::less<>>& entries() const { return entries_; }

  private:
    std::map<std::string, entry, std::less<>> entries_;
};

/// text with each {name} replaced by its argument, as it is. A placeholder without an argument stays; a '{' that no '}' follows
/// before the next '{' is none.
std::string replace_placeholders(std::string_view text, const arguments& values);

}  // namespace commhost::message
