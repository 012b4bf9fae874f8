#include "cli/language.hpp"

#include "message/catalogue.hpp"
#include "message/language.hpp"
#include "plugin/language_file.hpp"

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

}  // namespace

std::vector<std::string> languages_asked_for(const environment_lines& environment) {
    return message::languages_of_environment(variables_of(environment));
}

std::filesystem::path lang_folder_of(const environment_lines& environment) {
    return variables_of(environment)("COMMHOST_LANG_FOLDER").value_or("/etc/commhost/lang");
}

void speak(std::span<const std::string> languages, const std::filesystem::path& lang_folder) {
    auto texts = message::catalogue::built_in_texts();
    const auto overrides = plugin::read_overrides(lang_folder, "core_communication", *texts->table("en"));
    if (!overrides.texts.empty()) {
        auto mixed = std::make_shared<message::translations>();
        for (const auto& language : texts->languages()) mixed->put(language, *texts->table(language));
        for (const auto& [language, own] : overrides.texts) mixed->put(language, own);
        texts = std::move(mixed);
    }
    message::catalogue::use(message::catalogue(texts, message::with_fallbacks(languages)));
}

}  // namespace commhost::cli
