#include "plugin/discovery.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/inspection.hpp"
#include "plugin/json_document.hpp"
#include "plugin/name.hpp"
#include "plugin/path_trust.hpp"
#include "plugin/side_by_side.hpp"

#include <cstddef>
#include <map>
#include <optional>
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

std::optional<problem> why_hidden(const fs::path& root, std::span<const uid_t> owners) {
    try {
        folders_of(root, owners);
    } catch (const message::error& unusable) {  // which is the answer
        return problem(unusable);
    }
    return std::nullopt;
}

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

namespace {

struct place {
    fs::path folder;
    fs::path root;
};

/// real_root: the place's root without links.
std::optional<found_plugin> find_kept(const kept_plugins& among, const place& at, const fs::path& real_root,
                                      std::span<const uid_t> owners) {
    auto before = among.find_unchanged(real_root, at.folder.filename().native(), owners);
    if (!before) return std::nullopt;
    before->entry.folder = real_root / at.folder.filename();
    return found_plugin{std::move(before->entry), {}, std::move(before->line)};
}

}  // namespace

std::vector<found_plugin> find_plugins(const discovery_settings& settings, std::vector<problem>& problems,
                                       const kept_plugins& kept, std::vector<fs::path>* unusable_roots) {
    std::vector<place> places;
    std::vector<fs::path> real_roots;            // of the places, without links
    std::map<std::string, std::size_t> by_name;  // those of the places that are used
    std::vector<std::vector<fs::path>> shadowed;
    for (const auto& root : settings.roots) {
        std::error_code failed;
        if (fs::status(root, failed).type() == fs::file_type::not_found) continue;
        try {
            const auto folders = folders_of(root, settings.owners);
            const auto real_root = resolved_path(root);
            for (const auto& folder : folders) {
                const auto [used, is_new] = by_name.try_emplace(folder.filename().string(), places.size());
                if (is_new) {
                    places.push_back({folder, root});
                    real_roots.push_back(real_root);
                    shadowed.emplace_back();
                } else {
                    shadowed[used->second].push_back(folder);
                }
            }
        } catch (const message::error& unusable) {  // one bad root does not hide the others
            problems.emplace_back(unusable);
            if (unusable_roots != nullptr) unusable_roots->push_back(root);
        }
    }
    std::vector<found_plugin> found(places.size());
    side_by_side(places.size(), [&](std::size_t at) {
        auto taken = find_kept(kept, places[at], real_roots[at], settings.owners);
        found[at] = taken ? std::move(*taken) : inspect_plugin(places[at].folder, places[at].root, settings);
    });
    std::vector<found_plugin> plugins;
    for (const auto& [name, at] : by_name) {
        found[at].entry.root = places[at].root;
        for (const auto& folder : shadowed[at])
            found[at].entry.notices.emplace_back(
                PLUGIN_SHADOWED,
                message::arguments{{"folder", folder.string()}, {"used", found[at].entry.folder.string()}});
        plugins.push_back(std::move(found[at]));
    }
    return plugins;
}

}  // namespace commhost::plugin
