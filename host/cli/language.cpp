#include "cli/language.hpp"

#include "message/built_in_languages.hpp"
#include "message/catalogue.hpp"
#include "message/language.hpp"
#include "plugin/language_file.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace commhost::cli {

namespace {

message::variable_lookup variables_of(const environment_lines& environment) {
    return [&environment](std::string_view name) -> std::optional<std::string> {
        for (const auto& line : environment) {
            if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=')
                return line.substr(name.size() + 1);
        }
        return std::nullopt;
    };
}

/// The built-in texts of these languages and of English, without reading those of any other.
std::shared_ptr<const message::translations> built_in_texts(std::span<const std::string> languages) {
    auto texts = std::make_shared<message::translations>();
    for (const auto& [language, json] : message::built_in_languages()) {
        if (language != "en" && std::find(languages.begin(), languages.end(), language) == languages.end()) continue;
        texts->put(language, message::table_of(boost::json::parse(json)));
    }
    return texts;
}

}  // namespace

std::vector<std::string> languages_asked_for(const environment_lines& environment) {
    return message::languages_of_environment(variables_of(environment));
}

std::filesystem::path lang_folder_of(const environment_lines& environment) {
    return variables_of(environment)("COMMHOST_LANG_FOLDER").value_or("/etc/commhost/lang");
}

void speak(std::span<const std::string> languages, const std::filesystem::path& lang_folder) {
    const auto spoken = message::with_fallbacks(languages);
    auto texts = built_in_texts(spoken);
    const auto overrides = plugin::read_overrides(lang_folder, "core_communication", *texts->table("en"));
    if (!overrides.texts.empty()) {
        auto mixed = std::make_shared<message::translations>();
        for (const auto& language : texts->languages()) mixed->put(language, *texts->table(language));
        for (const auto& [language, own] : overrides.texts) mixed->put(language, own);
        texts = std::move(mixed);
    }
    message::catalogue::use(message::catalogue(texts, spoken));
}

}  // namespace commhost::cli
