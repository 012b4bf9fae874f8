#pragma once

#include "cli/configuration.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace commhost::cli {

/// The languages that this environment asks for (message::languages_of_environment), the best first.
std::vector<std::string> languages_asked_for(const environment_lines& environment);

/// Where an admin's own texts are before the configuration has been read: COMMHOST_LANG_FOLDER, else
/// /etc/commhost/lang.
std::filesystem::path lang_folder_of(const environment_lines& environment);

/// Has this process speak the first of these languages that there is (message::catalogue::use), in the words of
/// lang_folder where that has some. What is broken there is left out; `commhost lang check` and `commhost doctor`
/// tell it. Not while there are threads.
void speak(std::span<const std::string> languages, const std::filesystem::path& lang_folder);

}  // namespace commhost::cli
