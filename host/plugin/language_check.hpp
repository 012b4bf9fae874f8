#pragma once

#include "plugin/problem.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// What a check of one component's texts found.
struct language_report {
    std::string component;
    std::vector<std::string> languages;
    std::size_t texts = 0;          ///< How many the component has in English.
    std::vector<problem> problems;  ///< LANG_..., JSON_..., PLUGIN_LANGUAGE_NAME, PLUGIN_STRING_MISSING
};

/// Checks the texts of a folder: a plugin's folder, which has lang/, or a folder lang itself. Gives a report for
/// each component that has an English file. Where C++ sources lie in the folder or below (but for build folders), texts
/// that neither they nor version.json and settings.json use are told too; a source uses a text when it has its key as a
/// literal, or the key's beginning up to a '_'. Throws message::error LANG_FOLDER when there is no English file.
std::vector<language_report> check_languages(const std::filesystem::path& folder);

/// The same and, of a plugin's folder, why the host would refuse it for its texts: version.json or settings.json cannot be read,
/// or name a text that is not there.
std::vector<language_report> check_as_host(const std::filesystem::path& folder);

/// Checks the texts that are built into the program.
language_report check_built_in_languages();

/// Checks an admin's own texts for one component whose own texts are in lang, a folder as of check_languages.
language_report check_overrides(const std::filesystem::path& overrides, std::string_view component,
                                const std::filesystem::path& lang);

/// Likewise for those of the host.
language_report check_built_in_overrides(const std::filesystem::path& overrides);

}  // namespace commhost::plugin
