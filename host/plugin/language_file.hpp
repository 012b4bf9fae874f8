#pragma once

#include "message/text_check.hpp"
#include "message/translations.hpp"
#include "plugin/json_document.hpp"
#include "plugin/problem.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// One file of texts of one language, with what is known of where they stand.
class language_file {
  public:
    /// Reads texts, and objects of texts (message::string_table). Throws message::error (JSON_...).
    explicit language_file(std::filesystem::path file);

    /// One that is at hand already. file: what messages call it.
    language_file(std::string_view text, std::filesystem::path file);

    const std::filesystem::path& path() const { return path_; }
    const message::string_table& texts() const { return texts_; }

    /// A fault in one of its texts as a message: with the file and, where the text is there, the line.
    problem located(const message::text_fault& fault) const;

  private:
    void add(const json_document& document);

    std::filesystem::path path_;
    std::string at_hand_;  ///< Empty for what was read from path_.
    message::string_table texts_;
};

/// An admin's own texts for one component: FOLDER/<language>/<component>.json, each with any part of the keys that
/// the English texts have. What is broken is told and left out; nothing here stops anything.
struct language_overrides {
    std::map<std::string, message::string_table> texts;  ///< By language; only what can be used.
    std::vector<problem> problems;                       ///< LANG_OVERRIDE
    std::vector<std::filesystem::path> files;            ///< Those that were found.
};

/// folder: need not be there, and may be empty for none. Never throws for what is in it.
language_overrides read_overrides(const std::filesystem::path& folder, std::string_view component,
                                  const message::string_table& english);

}  // namespace commhost::plugin
