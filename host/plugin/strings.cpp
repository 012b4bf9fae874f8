#include "plugin/strings.hpp"

#include "message/error.hpp"
#include "message/language.hpp"
#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
#include "plugin/language_file.hpp"

namespace commhost::plugin {

namespace {

constexpr std::string_view fallback = "en";

}  // namespace

string_tables::string_tables(const std::filesystem::path& plugin_folder, std::string_view component) {
    const auto folder = plugin_folder / "lang";
    const auto file_name = std::string(component) + ".json";
    std::error_code none;  // a folder that cannot be read has no English, which is told below
    for (const auto& language : std::filesystem::directory_iterator(folder, none)) {
        const auto name = language.path().filename().string();
        if (!message::is_language(name))
            throw message::error(PLUGIN_LANGUAGE_NAME, {{"folder", language.path().string()}});
        const json_document document(language.path() / file_name);
        message::string_table texts;
        for (const auto& [key, text] : document.root().members()) texts.emplace(key, text.text());
        texts_.put(name, texts);
    }
    if (texts_.table(fallback) == nullptr)
        throw message::error(PLUGIN_STRINGS_MISSING, {{"file", (folder / fallback / file_name).string()}});
}

string_tables::string_tables(const std::map<std::string, message::string_table>& texts) {
    for (const auto& [language, table] : texts) texts_.put(language, table);
    if (texts_.table(fallback) == nullptr)
        throw message::error(PLUGIN_STRINGS_MISSING, {{"file", std::string(fallback)}});
}

string_tables::string_tables(const string_tables& from, const std::map<std::string, message::string_table>& overrides) {
    for (const auto& language : from.languages()) texts_.put(language, *from.texts_.table(language));
    for (const auto& [language, texts] : overrides) texts_.put(language, texts);
}

bool string_tables::has(std::string_view key) const { return texts_.table(fallback)->contains(key); }

std::shared_ptr<const string_tables> with_overrides(const std::shared_ptr<const string_tables>& strings,
                                                    const std::filesystem::path& folder, std::string_view component) {
    const auto overrides = read_overrides(folder, component, *strings->texts().table(fallback));
    return overrides.texts.empty() ? strings : std::make_shared<const string_tables>(*strings, overrides.texts);
}

plugin_strings::plugin_strings(std::shared_ptr<const string_tables> tables, std::span<const std::string> languages)
    : tables_(std::move(tables)), languages_(message::with_fallbacks(languages)) {}

std::string plugin_strings::get(std::string_view key, const placeholders& values) const {
    return tables_->texts().text(languages_, key, values).value_or("[[" + std::string(key) + "]]");
}

}  // namespace commhost::plugin
