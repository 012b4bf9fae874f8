#include "plugin/strings.hpp"

#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
#include "text/ascii.hpp"

#include <algorithm>

namespace commhost::plugin {

namespace {

constexpr std::string_view fallback = "en";

/// "de", "de_at", "sr_lt_x": parts of two to eight lower-case letters or digits.
bool is_language(std::string_view name) {
    const auto fits = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '_';
    };
    return name.size() >= 2 && name.size() <= 20 && name.front() >= 'a' && name.front() <= 'z' && name.back() != '_' &&
           std::all_of(name.begin(), name.end(), fits);
}

/// "de" of "de_at"; empty of "de".
std::string_view parent_of(std::string_view language) {
    const auto end = language.rfind('_');
    return end == std::string_view::npos ? std::string_view() : language.substr(0, end);
}

}  // namespace

string_tables::string_tables(const std::filesystem::path& plugin_folder, std::string_view component) {
    const auto folder = plugin_folder / "lang";
    const auto file_name = std::string(component) + ".json";
    std::error_code none;  // a folder that cannot be read has no English, which is told below
    for (const auto& language : std::filesystem::directory_iterator(folder, none)) {
        const auto name = language.path().filename().string();
        if (!is_language(name)) throw message::error(PLUGIN_LANGUAGE_NAME, {{"folder", language.path().string()}});
        const json_document document(language.path() / file_name);
        auto& table = languages_[name];
        for (const auto& [key, text] : document.root().members()) table.emplace(key, text.text());
    }
    if (!languages_.contains(fallback))
        throw message::error(PLUGIN_STRINGS_MISSING, {{"file", (folder / fallback / file_name).string()}});
}

std::vector<std::string> string_tables::languages() const {
    std::vector<std::string> names;
    for (const auto& [name, table] : languages_) names.push_back(name);
    return names;
}

const std::string* string_tables::find(std::string_view language, std::string_view key) const {
    const auto in = [&](std::string_view name) -> const std::string* {
        const auto table = languages_.find(name);
        if (table == languages_.end()) return nullptr;
        const auto text = table->second.find(key);
        return text == table->second.end() ? nullptr : &text->second;
    };
    for (; !language.empty(); language = parent_of(language))
        if (const auto* text = in(language)) return text;
    return in(fallback);
}

bool string_tables::has(std::string_view key) const { return find(fallback, key) != nullptr; }

plugin_strings::plugin_strings(std::shared_ptr<const string_tables> tables, std::string language)
    : tables_(std::move(tables)), language_(std::move(language)) {}

std::string plugin_strings::get(std::string_view key, const placeholders& values) const {
    const auto* text = tables_->find(language_, key);
    return text == nullptr ? "[[" + std::string(key) + "]]" : message::replace_placeholders(*text, values);
}

std::string language_of_locale(std::string_view locale) {
    auto language = text::lower(locale.substr(0, locale.find_first_of(".@")));
    std::replace(language.begin(), language.end(), '-', '_');
    if (language == "c" || language == "posix" || !is_language(language)) return std::string(fallback);
    return language;
}

}  // namespace commhost::plugin
