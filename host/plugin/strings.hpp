#pragma once

#include "message/translations.hpp"

#include <core_communication/strings.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// All the strings of one plugin: lang/<language>/communication_<name>.json, each {"key": "text with
/// {placeholders}"}, in the syntax of message/pattern.hpp. Immutable; any thread.
class string_tables {
  public:
    /// Reads every language that the folder has. Throws message::error: JSON_..., PLUGIN_STRINGS_MISSING when
    /// there is no English, PLUGIN_LANGUAGE_NAME for a folder that is no language ("de", "de_at").
    string_tables(const std::filesystem::path& plugin_folder, std::string_view component);

    /// Texts that are at hand, by language. Throws PLUGIN_STRINGS_MISSING when there is no English.
    explicit string_tables(const std::map<std::string, message::string_table>& texts);

    /// Those of from with an admin's own (language_overrides) over them.
    string_tables(const string_tables& from, const std::map<std::string, message::string_table>& overrides);

    /// In alphabetical order.
    std::vector<std::string> languages() const { return texts_.languages(); }

    /// Whether English, the language all others fall back to, has the key.
    bool has(std::string_view key) const;

    const message::translations& texts() const { return texts_; }

  private:
    message::translations texts_;
};

/// strings with what the admin has for the component in folder (language_overrides); what is broken there is left
/// out, and told by `commhost lang check` and `commhost doctor`.
std::shared_ptr<const string_tables> with_overrides(const std::shared_ptr<const string_tables>& strings,
                                                    const std::filesystem::path& folder, std::string_view component);

/// The strings of a plugin for a reader, as the plugin sees them.
class plugin_strings final : public core_communication::strings {
  public:
    /// languages: the best first; fallbacks (de_at -> de -> en) are added.
    plugin_strings(std::shared_ptr<const string_tables> tables, std::span<const std::string> languages);

    /// [[key]] for a key that even English lacks. A placeholder without a value stays as it is.
    std::string get(std::string_view key, const placeholders& values = {}) const override;

  private:
    std::shared_ptr<const string_tables> tables_;
    std::vector<std::string> languages_;
};

}  // namespace commhost::plugin
