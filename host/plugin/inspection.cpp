#include "plugin/inspection.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
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
struct used_string {
    std::string key;
    const char* file;  ///< In the plugin's folder; empty for the host itself.
    std::string pointer;
};

void add_strings_of(const std::vector<setting>& settings, std::string_view list, std::vector<used_string>& into) {
    for (std::size_t at = 0; at < settings.size(); ++at) {
        const auto place = fmt::format("/{}/{}", list, at);
        into.push_back({settings[at].label, "settings.json", place + "/label"});
        into.push_back({settings[at].help, "settings.json", place + "/help"});
        for (std::size_t choice = 0; choice < settings[at].choices.size(); ++choice)
            into.push_back({settings[at].choices[choice].label, "settings.json",
                            fmt::format("{}/choices/{}/label", place, choice)});
    }
}

std::vector<used_string> strings_used(const plugin_entry& entry) {
    std::vector<used_string> used{{"pluginname", "", ""}};
    if (entry.manifest) {
        used.push_back({entry.manifest->description, "version.json", "/description"});
        const auto& sent = entry.manifest->external_data;
        for (std::size_t at = 0; at < sent.size(); ++at) {
            const auto place = fmt::format("/external_data/{}", at);
            used.push_back({sent[at].destination, "version.json", place + "/destination"});
            for (const auto& [field, why] : sent[at].fields)
                used.push_back({why, "version.json", place + "/fields" + text::pointer_part(field)});
        }
    }
    add_strings_of(entry.settings.site, "site", used);
    add_strings_of(entry.settings.room, "room", used);
    return used;
}

/// For a message.
std::string place_of(const used_string& used, const std::filesystem::path& folder) {
    if (*used.file == '\0') return message::phrase("every_list_of_plugins");
    const auto file = folder / used.file;
    return message::phrase("file_and_line", {{"file", file.string()}, {"line", line_of(file, used.pointer)}});
}

void check_strings(plugin_entry& entry, const std::function<bool(std::string_view)>& has) {
    const auto file = entry.folder / "lang" / "en" / (entry.component + ".json");
    for (const auto& used : strings_used(entry))
        if (!has(used.key))
            entry.problems.emplace_back(PLUGIN_STRING_MISSING,
                                        message::arguments{{"key", used.key},
                                                           {"file", file.string()},
                                                           {"used_by", place_of(used, entry.folder)}});
}

void read_descriptions(plugin_entry& entry) {
    collect(entry, [&] { entry.manifest = read_manifest(entry.folder / "version.json"); });
    collect(entry, [&] { entry.settings = read_settings_schema(entry.folder / "settings.json"); });
}

/// What there is to say about a field of the manifest, behind where it stands.
problem about_manifest(const plugin_entry& entry, const char* field, message::code code, message::arguments values) {
    const auto file = entry.folder / "version.json";
    values.insert(values.begin(), {{"file", file.string()}, {"line", line_of(file, field)}});
    return {code, std::move(values)};
}

void check_versions(plugin_entry& entry, const host_version& host) {
    const auto& manifest = *entry.manifest;
    if (std::is_lt(compare(host, manifest.requires_host)))
        entry.problems.push_back(about_manifest(entry, "/requires", PLUGIN_REQUIRES_HOST,
                                                {{"wanted", manifest.requires_host.text()}, {"host", host.text()}}));
    if (manifest.incompatible && std::is_gteq(compare(host, *manifest.incompatible)))
        entry.problems.push_back(about_manifest(entry, "/incompatible", PLUGIN_INCOMPATIBLE_HOST,
                                                {{"limit", manifest.incompatible->text()}, {"host", host.text()}}));
    if (manifest.supported &&
        (std::is_lt(compare(host, manifest.supported->first)) || std::is_gt(compare(host, manifest.supported->second))))
        entry.notices.push_back(about_manifest(entry, "/supported", PLUGIN_UNTRIED_HOST,
                                               {{"lowest", manifest.supported->first.text()},
                                                {"highest", manifest.supported->second.text()},
                                                {"host", host.text()}}));
}

void check_manifest(plugin_entry& entry, const host_version& host) {
    const auto& manifest = *entry.manifest;
    if (manifest.component != entry.component)
        entry.problems.push_back(about_manifest(entry, "/component", PLUGIN_COMPONENT,
                                                {{"found", manifest.component}, {"wanted", entry.component}}));
    check_versions(entry, host);
    if (const auto alone = lonely(manifest.capabilities))
        entry.problems.push_back(about_manifest(
            entry, "/capabilities", PLUGIN_CAPABILITY_ALONE,
            {{"has", std::string(to_string(alone->has))}, {"needs", std::string(to_string(alone->needs))}}));
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
    read_descriptions(entry);
    collect(entry, [&] { entry.strings = std::make_shared<const string_tables>(folder, entry.component); });
    if (entry.manifest) check_manifest(entry, host);
    if (entry.strings != nullptr) check_strings(entry, [&](std::string_view key) { return entry.strings->has(key); });
    return entry;
}

std::vector<problem> check_used_strings(const std::filesystem::path& folder, std::string_view component,
                                        const std::function<bool(std::string_view)>& has) {
    plugin_entry entry;
    entry.component = component;
    entry.folder = folder;
    read_descriptions(entry);
    check_strings(entry, has);
    return std::move(entry.problems);
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
        entry.problems.push_back(about_manifest(entry, "/capabilities", PLUGIN_CAPABILITY_ABSENT, {{"names", names}}));
    if (const auto names = names_without(report.capabilities, claimed); !names.empty())
        entry.problems.push_back(
            about_manifest(entry, "/capabilities", PLUGIN_CAPABILITY_UNCLAIMED, {{"names", names}}));
}

}  // namespace commhost::plugin
