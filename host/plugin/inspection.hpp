#pragma once

#include "plugin/binary_check.hpp"
#include "plugin/host_version.hpp"
#include "plugin/plugin_entry.hpp"
#include "plugin/prober.hpp"
#include "plugin/sealed_library.hpp"

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// What a plugin's files say and whether it fits together and fits this host: manifest, settings, strings, name, versions.
/// The library is not looked at, nor the path. Every problem that can be found is in the result, not just the first.
plugin_entry inspect_files(const std::filesystem::path& folder, const host_version& host);

/// The texts that version.json and settings.json of a folder name and the component lacks in English (PLUGIN_STRING_MISSING), and
/// why these files cannot be read (JSON_...): what inspect_files refuses for it, whatever the folder is called. has: whether
/// there is an English text of this key.
std::vector<problem> check_used_strings(const std::filesystem::path& folder, std::string_view component,
                                        const std::function<bool(std::string_view)>& has);

/// Adds the problems of its shared object, read without loading it.
void inspect_library(plugin_entry& entry, const sealed_library& library, const binary_requirement& wanted);

/// Takes over what the probe found, and compares it with what the manifest claims.
void take_report(plugin_entry& entry, const probe_report& report);

}  // namespace commhost::plugin
