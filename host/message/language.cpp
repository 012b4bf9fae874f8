#include "message/language.hpp"

#include <algorithm>

namespace commhost::message {

namespace {

constexpr std::string_view english = "en";

bool is_untranslated(std::string_view locale) {
    const auto name = locale.substr(0, locale.find_first_of(".@"));
    return name.empty() || name == "C" || name == "POSIX";
}

void add_once(std::vector<std::string>& list, std::string_view language) {
    if (std::find(list.begin(), list.end(), language) == list.end()) list.emplace_back(language);
}

}  // namespace

bool is_language(std::string_view name) {
    const auto fits = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '_';
    };
    return name.size() >= 2 && name.size() <= 20 && name.front() >= 'a' && name.front() <= 'z' && name.back() != '_' &&
           name.find("__") == std::string_view::npos && std::all_of(name.begin(), name.end(), fits);
}

std::string language_of_locale(std::string_view locale) {
    if (is_untranslated(locale)) return std::string(english);
    std::string language(locale.substr(0, locale.find_first_of(".@")));
    for (auto& character : language) {
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
        if (character == '-') character = '_';
    }
    return is_language(language) ? language : std::string(english);
}

std::vector<std::string> with_fallbacks(std::span<const std::string> wanted) {
    std::vector<std::string> chain;
    for (const auto& each : wanted) {
        for (std::string_view language = each; !language.empty();) {
            if (language != english) add_once(chain, language);
            const auto parent = language.rfind('_');
            language = parent == std::string_view::npos ? std::string_view() : language.substr(0, parent);
        }
        // What comes behind English is never reached.
        if (each == english) break;
    }
    add_once(chain, english);
    return chain;
}

std::vector<std::string> languages_of_environment(const variable_lookup& variable) {
    std::string locale;
    for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        locale = variable(name).value_or("");
        if (!locale.empty()) break;
    }
    if (is_untranslated(locale)) return {std::string(english)};
    std::vector<std::string> languages;
    const auto list = variable("LANGUAGE").value_or("");
    for (std::string_view rest = list; !rest.empty();) {
        const auto end = std::min(rest.find(':'), rest.size());
        if (end > 0) add_once(languages, language_of_locale(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    add_once(languages, language_of_locale(locale));
    return languages;
}

}  // namespace commhost::message
