#include "plugin/discovery.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/inspection.hpp"
#include "plugin/json_document.hpp"
#include "plugin/name.hpp"
#include "plugin/path_trust.hpp"

#include <map>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

/// Every folder of a root, by name; hidden ones (".old", what an editor left) are none.
std::vector<fs::path> folders_of(const fs::path& root, std::span<const uid_t> owners) {
    trusted_root(root, owners);
    std::vector<fs::path> folders;
    std::error_code failed;
    for (auto entry = fs::directory_iterator(root, failed); !failed && entry != fs::directory_iterator();
         entry.increment(failed)) {
        std::error_code unreadable;  // a dangling link is none
        if (entry->is_directory(unreadable) && !entry->path().filename().string().starts_with('.'))
            folders.push_back(entry->path());
    }
    if (failed) throw message::error(PLUGIN_ROOT_READ, {{"root", root.string()}, {"reason", failed.message()}});
    return folders;
}

}  // namespace

/// Step 1 to 3 but for the dependencies.
found_plugin inspect_plugin(const fs::path& folder, const fs::path& root, const discovery_settings& settings) {
    found_plugin found;
    auto& refused = found.entry;
    refused.name = folder.filename().string();
    refused.component = component_of(refused.name);
    refused.state = plugin_state::refused;
    refused.folder = folder;
    if (!is_name(refused.name)) {
        refused.problems.emplace_back(PLUGIN_NAME, message::arguments{{"folder", folder.string()}});
        return found;
    }
    try {
        found.files = trusted_folder(folder, root, settings.owners);
    } catch (const message::error& failed) {  // one bad plugin is an entry and not the end of the look
        refused.problems.emplace_back(failed);
        return found;
    }
    auto entry = inspect_files(found.files.folder, settings.host);
    if (entry.name != refused.name)  // a link to another plugin's folder
        entry.problems.emplace_back(PLUGIN_COMPONENT,
                                    message::arguments{{"file", folder.string()},
                                                       {"line", line_of(folder / "version.json", "/component")},
                                                       {"found", entry.component},
                                                       {"wanted", refused.component}});
    entry.name = refused.name;
    entry.component = refused.component;
    found.entry = std::move(entry);
    return found;
}

std::vector<found_plugin> find_plugins(const discovery_settings& settings, std::vector<problem>& problems) {
    std::map<std::string, found_plugin> found;
    for (const auto& root : settings.roots) {
        std::error_code failed;
        if (fs::status(root, failed).type() == fs::file_type::not_found) continue;
        try {
            for (const auto& folder : folders_of(root, settings.owners)) {
                const auto same = found.find(folder.filename().string());
                if (same == found.end()) {
                    found.emplace(folder.filename().string(), inspect_plugin(folder, root, settings));
                } else {
                    same->second.entry.notices.emplace_back(
                        PLUGIN_SHADOWED,
                        message::arguments{{"folder", folder.string()}, {"used", same->second.entry.folder.string()}});
                }
            }
        } catch (const message::error& unusable) {  // one bad root does not hide the others
            problems.emplace_back(unusable);
        }
    }
    std::vector<found_plugin> plugins;
    for (auto& [name, each] : found) plugins.push_back(std::move(each));
    return plugins;
}

}  // namespace commhost::plugin
