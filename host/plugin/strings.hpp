#pragma once

#include <core_communication/strings.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// All the strings of one plugin: lang/<language>/communication_<name>.json, each {"key": "text with {placeholders}"}.
/// Immutable; any thread.
class string_tables {
  public:
    /// Reads every language that the folder has. Throws message::error: JSON_..., PLUGIN_STRINGS_MISSING when there is no
    /// English, PLUGIN_LANGUAGE_NAME for a folder that is no language ("de", "de_at").
    string_tables(const std::filesystem::path& plugin_folder, std::string_view component);

    /// In alphabetical order.
    std::vector<std::string> languages() const;

    /// The text in the language, else in its parent (de_at -> de), else in English; null when English lacks it.
    const std::string* find(std::string_view language, std::string_view key) const;

    /// Whether English, the language all others fall back to, has the key.
    bool has(std::string_view key) const;

  private:
    using table = std::map<std::string, std::string, std::less<>>;
    std::map<std::string, table, std::less<>> languages_;
};

/// The strings of a plugin in one language, as the plugin sees them.
class plugin_strings final : public core_communication::strings {
  public:
    plugin_strings(std::shared_ptr<const string_tables> tables, std::string language);

    /// [[key]] for a key that even English lacks. A placeholder without a value stays as it is.
    std::string get(std::string_view key, const placeholders& values = {}) const override;

  private:
    std::shared_ptr<const string_tables> tables_;
    std::string language_;
};

/// "de_at" from a locale's name such as "de_AT.UTF-8"; "en" from "C", "POSIX" and "".
std::string language_of_locale(std::string_view locale);

}  // namespace commhost::plugin
