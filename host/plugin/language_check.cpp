#include "plugin/language_check.hpp"

#include "message/built_in_languages.hpp"
#include "message/catalogue.hpp"
#include "message/codes.hpp"
#include "message/error.hpp"
#include "message/language.hpp"
#include "plugin/codes.hpp"
#include "plugin/inspection.hpp"
#include "plugin/language_file.hpp"
#include "text/file_content.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view english = "en";
constexpr std::string_view host_component = "core_communication";

fs::path lang_in(const fs::path& folder) {
    std::error_code failed;
    return fs::is_directory(folder / "lang", failed) ? folder / "lang" : folder;
}

using files_by_language = std::map<std::string, language_file>;

void add(const language_file& file, const std::vector<message::text_fault>& faults, language_report& to) {
    for (const auto& fault : faults) to.problems.push_back(file.located(fault));
}

/// "de" for "de_at": what that lacks, it may have from there.
bool has_parent(const files_by_language& files, const std::string& language) {
    const auto end = language.rfind('_');
    return end != std::string::npos && files.contains(language.substr(0, end));
}

void check(const files_by_language& files, language_report& report) {
    const auto original = files.find(std::string(english));
    if (original == files.end()) return;  // which was told as a file that cannot be read
    const auto& texts = original->second.texts();
    report.texts = texts.size();
    for (const auto& [language, file] : files) {
        report.languages.push_back(language);
        add(file, message::check_texts(language, file.texts(), texts), report);
        if (!has_parent(files, language)) add(file, message::missing_texts(file.texts(), texts), report);
    }
}

/// What is no source of the plugin's: what a build made, of this plugin or of what it fetched, and what editors and git keep.
bool is_passed_over(const fs::path& folder) {
    std::error_code failed;
    return folder.filename().string().starts_with('.') || fs::exists(folder / "CMakeCache.txt", failed);
}

bool is_source(const fs::path& file) {
    constexpr std::array<std::string_view, 7> extensions{".cpp", ".hpp", ".cc", ".cxx", ".h", ".hh", ".hxx"};
    return std::find(extensions.begin(), extensions.end(), file.extension().string()) != extensions.end();
}

/// What a plugin's author wrote: the manifest, the settings and the sources. Nothing where there are no sources, as
/// in an installed plugin: there nobody can tell which texts the code asks for.
std::optional<std::string> what_uses_texts(const fs::path& folder) {
    std::string all;
    bool sources = false;
    std::error_code failed;
    for (auto entry = fs::recursive_directory_iterator(folder, failed);
         !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
        const auto& file = entry->path();
        std::error_code gone;
        if (entry->is_directory(gone)) {
            if (is_passed_over(file)) entry.disable_recursion_pending();
            continue;
        }
        const bool source = is_source(file);
        const bool describes = file == folder / "version.json" || file == folder / "settings.json";
        if (!source && !describes) continue;
        sources = sources || source;
        all += text::read_file(file, json_document::most_bytes);
    }
    return sources ? std::optional(std::move(all)) : std::nullopt;
}

void check_uses(const fs::path& folder, const language_file& file, language_report& report) {
    const auto users = what_uses_texts(folder);
    if (!users) return;
    const auto names = [&](const std::string& literal) { return users->find(literal) != std::string::npos; };
    for (const auto& [key, text] : file.texts()) {
        const auto beginning = key.substr(0, key.find('_') + 1);  // empty where there is no '_'
        if (key == "pluginname" || names('"' + key + '"') || (!beginning.empty() && names('"' + beginning + '"')))
            continue;
        report.problems.push_back(file.located({message::LANG_KEY_UNUSED, key, {{"key", key}}}));
    }
}

language_report check_component(const fs::path& folder, const std::string& component) {
    language_report report{component, {}, 0, {}};
    files_by_language files;
    const auto lang = lang_in(folder);
    for (const auto& language : text::entries_of(lang)) {
        const auto name = language.filename().string();
        if (!message::is_language(name)) {
            report.problems.emplace_back(PLUGIN_LANGUAGE_NAME, message::arguments{{"folder", language.string()}});
            continue;
        }
        try {
            files.emplace(name, language_file(language / (component + ".json")));
        } catch (const message::error& unreadable) {  // the other languages are checked all the same
            report.problems.emplace_back(unreadable);
        }
    }
    check(files, report);
    if (const auto original = files.find(std::string(english)); original != files.end() && component != host_component)
        check_uses(folder, original->second, report);
    return report;
}

language_report check_overrides(const fs::path& folder, std::string_view component,
                                const message::string_table& original) {
    auto overrides = read_overrides(folder, component, original);
    language_report report{std::string(component), {}, 0, std::move(overrides.problems)};
    for (const auto& [language, texts] : overrides.texts) {
        report.languages.push_back(language);
        report.texts += texts.size();
    }
    return report;
}

}  // namespace

std::vector<language_report> check_languages(const fs::path& folder) {
    std::vector<language_report> reports;
    for (const auto& file : text::entries_of(lang_in(folder) / english)) {
        if (file.extension() == ".json") reports.push_back(check_component(folder, file.stem().string()));
    }
    if (reports.empty()) throw message::error(message::LANG_FOLDER, {{"folder", folder.string()}});
    return reports;
}

std::vector<language_report> check_as_host(const fs::path& folder) {
    auto reports = check_languages(folder);
    // A folder lang alone has no plugin around it.
    if (std::error_code failed; !fs::exists(folder / "version.json", failed)) return reports;
    for (auto& report : reports) {
        try {
            const language_file original(lang_in(folder) / english / (report.component + ".json"));
            for (auto& each : check_used_strings(folder, report.component,
                                                 [&](std::string_view key) { return original.texts().contains(key); }))
                report.problems.push_back(std::move(each));
        } catch (const message::error&) {  // which check_languages told
        }
    }
    return reports;
}

language_report check_built_in_languages() {
    language_report report{std::string(host_component), {}, 0, {}};
    files_by_language files;
    for (const auto& each : message::built_in_languages())
        files.emplace(each.language,
                      language_file(each.json, fs::path("lang") / each.language / (report.component + ".json")));
    check(files, report);
    return report;
}

language_report check_overrides(const fs::path& overrides, std::string_view component, const fs::path& lang) {
    const language_file original(lang_in(lang) / english / (std::string(component) + ".json"));
    return check_overrides(overrides, component, original.texts());
}

language_report check_built_in_overrides(const fs::path& overrides) {
    return check_overrides(overrides, host_component, *message::catalogue::built_in_texts()->table(english));
}

}  // namespace commhost::plugin
