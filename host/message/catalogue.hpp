#pragma once

#include "message/code.hpp"
#include "message/pattern.hpp"
#include "message/translations.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::message {

/// The host's own texts (lang/<language>/core_communication.json) for a reader of some languages. Two kinds of
/// text:
///
/// - messages, by code: {"CODE": {"title", "found", "wanted", "done", "advice", "explanation"}}, of which title and found are
///   always there. Each part has whole sentences; found, wanted and done, one behind the other, are what is printed;
/// - phrases, by a key in lower case: help texts, headings, words for states.
///
/// A text that a language lacks comes from the next one. Immutable once made; any thread.
class catalogue {
  public:
    /// languages: with their fallbacks (with_fallbacks), the best first.
    catalogue(std::shared_ptr<const translations> texts, std::vector<std::string> languages);

    /// The texts that are built into the program, in the languages that it has.
    static std::shared_ptr<const translations> built_in_texts();

    /// English, built in. For what has to be the same for every reader.
    static const catalogue& built_in();

    /// What this process speaks: English until use() says otherwise.
    static const catalogue& current();

    /// Has this process speak as the catalogue says. State of the whole process, like the locale of C, and for
    /// the same reason: every error, from whatever depth, has to come out in one language. To be called by the
    /// program's start alone, before there are other threads; not by what answers several readers, which takes
    /// a catalogue for each.
    static void use(catalogue spoken);

    const std::vector<std::string>& languages() const { return languages_; }
    const translations& texts() const { return *texts_; }

    /// The code of this name; nothing when English has no such message. The code lives as long as the process.
    static std::optional<code> find_code(std::string_view id);

    /// Every code that the English texts have, in alphabetical order.
    static std::vector<code> codes();

    /// What was found, what was wanted and what the host did. Values are shown as text::printable has them,
    /// here and below, so that it is one line of UTF-8 that can go to a terminal, wherever they come from. An
    /// unknown code gives the code and its arguments, so that nothing that was known at the fault is lost.
    std::string text(code which, const arguments& values) const;

    /// What the admin can do about it; empty where there is nothing to say, and for an unknown code.
    std::string advice(code which, const arguments& values) const;

    /// One part of a message, by its name in the file; empty where the message has none.
    std::string part(code which, std::string_view name, const arguments& values = {}) const;

    /// A phrase with its values. A key that not even English has gives the key.
    std::string phrase(std::string_view key, const arguments& values = {}) const;

    /// The phrase, if there is one under this key.
    std::optional<std::string> find_phrase(std::string_view key, const arguments& values = {}) const;

  private:
    std::shared_ptr<const translations> texts_;
    std::vector<std::string> languages_;
};

/// A phrase in the language that this process speaks.
std::string phrase(std::string_view key, const arguments& values = {});

/// A word of the program for people: of the kind "state" and the word "queued" the phrase "state_queued", or else
/// the word. What is no letter or digit counts as '_'.
std::string word_of(std::string_view kind, std::string_view word);

}  // namespace commhost::message
