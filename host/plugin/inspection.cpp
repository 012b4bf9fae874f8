#include "plugin/inspection.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/name.hpp"

#include <fmt/format.h>

#include <utility>

namespace commhost::plugin {

namespace {

/// Runs one check; what it throws becomes a problem of the plugin, so that the checks after it still run.
template <class Check>
void collect(plugin_entry& into, Check&& check) {
    try {
        check();
    } catch (const message::error& found) {
        into.problems.emplace_back(found);
    }
}

/// A string key and where it is used.
using used_string = std::pair<std::string, std::string>;

void add_strings_of(const std::vector<setting>& settings, std::string_view list, std::vector<used_string>& into) {
    for (const auto& each : settings) {
        const auto where = fmt::format("settings.json, {} setting '{}'", list, each.name);
        into.emplace_back(each.label, where);
        into.emplace_back(each.help, where);
        for (const auto& choice : each.choices) into.emplace_back(choice.label, where);
    }
}

std::vector<used_string> strings_used(const plugin_entry& entry) {
    std::vector<used_string> used{{"pluginname", "every list of plugins"}};
    if (entry.manifest) {
        used.emplace_back(entry.manifest->description, "version.json, 'description'");
        for (const auto& data : entry.manifest->external_data) {
            used.emplace_back(data.destination, "version.json, 'external_data'");
            for (const auto& [field, why] : data.fields) used.emplace_back(why, "version.json, 'external_data'");
        }
    }
    add_strings_of(entry.settings.site, "site", used);
    add_strings_of(entry.settings.room, "room", used);
    return used;
}

void check_strings(plugin_entry& entry) {
    const auto file = entry.folder / "lang" / "en" / (entry.component + ".json");
    for (const auto& [key, where] : strings_used(entry))
        if (!entry.strings->has(key))
            entry.problems.emplace_back(PLUGIN_STRING_MISSING,
                                        message::arguments{{"key", key}, {"file", file.string()}, {"used_by", where}});
}

void check_versions(plugin_entry& entry, const host_version& host) {
    const auto& manifest = *entry.manifest;
    if (std::is_lt(compare(host, manifest.requires_host)))
        entry.problems.emplace_back(
            PLUGIN_REQUIRES_HOST, message::arguments{{"wanted", manifest.requires_host.text()}, {"host", host.text()}});
    if (manifest.incompatible && std::is_gteq(compare(host, *manifest.incompatible)))
        entry.problems.emplace_back(
            PLUGIN_INCOMPATIBLE_HOST,
            message::arguments{{"limit", manifest.incompatible->text()}, {"host", host.text()}});
    if (manifest.supported &&
        (std::is_lt(compare(host, manifest.supported->first)) || std::is_gt(compare(host, manifest.supported->second))))
        entry.notices.emplace_back(PLUGIN_UNTRIED_HOST,
                                   message::arguments{{"lowest", manifest.supported->first.text()},
                                                      {"highest", manifest.supported->second.text()},
                                                      {"host", host.text()}});
}

void check_manifest(plugin_entry& entry, const host_version& host) {
    const auto& manifest = *entry.manifest;
    if (manifest.component != entry.component)
        entry.problems.emplace_back(PLUGIN_COMPONENT,
                                    message::arguments{{"file", (entry.folder / "version.json").string()},
                                                       {"found", manifest.component},
                                                       {"wanted", entry.component}});
    check_versions(entry, host);
    if (has(manifest.capabilities, capability::room_user_provider) &&
        !has(manifest.capabilities, capability::room_chat_provider))
        entry.problems.emplace_back(
            PLUGIN_CAPABILITY_ALONE,
            message::arguments{{"has", std::string(to_string(capability::room_user_provider))},
                               {"needs", std::string(to_string(capability::room_chat_provider))}});
}

/// The names of those in one list that the other lacks, as text; empty when there are none.
std::string names_without(const capability_list& list, const capability_list& other) {
    std::string names;
    for (const auto which : list) {
        if (has(other, which)) continue;
        if (!names.empty()) names += ", ";
        names += to_string(which);
    }
    return names;
}

}  // namespace

plugin_entry inspect_files(const std::filesystem::path& folder, const host_version& host) {
    plugin_entry entry;
    entry.name = folder.filename().string();
    entry.component = component_of(entry.name);
    entry.folder = folder;
    entry.state = plugin_state::refused;
    collect(entry, [&] { entry.manifest = read_manifest(folder / "version.json"); });
    collect(entry, [&] { entry.settings = read_settings_schema(folder / "settings.json"); });
    collect(entry, [&] { entry.strings = std::make_shared<const string_tables>(folder, entry.component); });
    if (entry.manifest) check_manifest(entry, host);
    if (entry.strings != nullptr) check_strings(entry);
    return entry;
}

void inspect_library(plugin_entry& entry, const sealed_library& library, const binary_requirement& wanted) {
    collect(entry, [&] {
        const auto read = read_binary(library.content(), library.file());
        for (auto& found : check_binary(read, wanted, library.file().filename().string()))
            entry.problems.push_back(std::move(found));
    });
}

void take_report(plugin_entry& entry, const probe_report& report) {
    if (report.refusal) {
        entry.problems.push_back(*report.refusal);
        return;
    }
    entry.capabilities = report.capabilities;
    const auto& claimed = entry.manifest->capabilities;
    if (const auto names = names_without(claimed, report.capabilities); !names.empty())
        entry.problems.emplace_back(PLUGIN_CAPABILITY_ABSENT, message::arguments{{"names", names}});
    if (const auto names = names_without(report.capabilities, claimed); !names.empty())
        entry.problems.emplace_back(PLUGIN_CAPABILITY_UNCLAIMED, message::arguments{{"names", names}});
}

}  // namespace commhost::plugin
