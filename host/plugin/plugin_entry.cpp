#include "plugin/plugin_entry.hpp"

#include "plugin/name.hpp"

#include <algorithm>

namespace commhost::plugin {

std::string_view to_string(plugin_state which) {
    switch (which) {
        case plugin_state::enabled: return "enabled";
        case plugin_state::upgrade: return "upgrade";
        case plugin_state::quarantined: return "quarantined";
        case plugin_state::disabled: return "disabled";
        case plugin_state::refused: return "refused";
        case plugin_state::missing: return "missing";
    }
    return "unknown";
}

bool is_sound(plugin_state which) {
    return which == plugin_state::enabled || which == plugin_state::upgrade || which == plugin_state::quarantined;
}

std::filesystem::path library_in(const std::filesystem::path& folder) {
    return folder / ("lib" + component_of(folder.filename().string()) + ".so");
}

std::filesystem::path plugin_entry::library() const { return library_in(folder); }

sealed_library seal(const plugin_entry& of) {
    const auto file = of.library();
    const auto looked_at = of.content.find(file.filename().string());
    return sealed_library(file, looked_at == of.content.end() ? "" : looked_at->second);
}

const plugin_entry* plugin_set::find(std::string_view name) const {
    const auto found =
        std::find_if(plugins.begin(), plugins.end(), [&](const plugin_entry& each) { return each.name == name; });
    return found == plugins.end() ? nullptr : &*found;
}

}  // namespace commhost::plugin
