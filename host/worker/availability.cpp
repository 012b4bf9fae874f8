#include "worker/availability.hpp"

#include "message/error.hpp"
#include "plugin/setting_values.hpp"
#include "worker/codes.hpp"

#include <algorithm>
#include <utility>

namespace commhost::worker {

std::optional<plugin::problem> why_not_sound(const plugin::plugin_entry* entry, std::string_view provider) {
    const auto is = entry == nullptr ? plugin::plugin_state::missing : entry->state;
    if (is_sound(is)) return std::nullopt;
    const bool hidden = is == plugin::plugin_state::missing && entry != nullptr && !entry->missing_since;
    const bool told = (is == plugin::plugin_state::refused || hidden) && !entry->problems.empty();
    return plugin::problem(WORKER_PROVIDER, {{"provider", std::string(provider)},
                                             {"state", std::string(to_string(is))},
                                             {"reason", told ? entry->problems.front().text() : "none"}});
}

std::optional<plugin::problem> why_not_configured(host& of, const plugin::plugin_entry& entry) {
    std::string missing;
    for (const auto& name : plugin::missing_settings(of.site_settings(entry)))
        missing += (missing.empty() ? "" : ", ") + name;
    if (missing.empty()) return std::nullopt;
    return plugin::problem(WORKER_SETTINGS, {{"provider", entry.name}, {"settings", missing}});
}

bool is_required(const host& of, std::string_view plugin) {
    const auto& required = of.settings().required_plugins;
    return std::find(required.begin(), required.end(), plugin) != required.end();
}

std::optional<plugin::problem> why_unavailable(host& of, const plugin::plugin_set& found,
                                               const plugin::quarantines& in_force, const std::string& provider) {
    const auto* entry = found.find(provider);
    if (auto reason = why_not_sound(entry, provider)) return reason;
    if (const auto* held = in_force.find(provider, entry->manifest->version)) return problem_of(*held, provider);
    try {
        return why_not_configured(of, *entry);
    } catch (const message::error& refused) {  // a value of the configuration that the plugin's schema does not admit
        return plugin::problem(refused);
    }
}

std::map<std::string, std::string> required_and_unavailable(host& of, const plugin::plugin_set& found,
                                                            const plugin::quarantines& in_force) {
    std::map<std::string, std::string> down;
    for (const auto& name : of.settings().required_plugins)
        if (const auto reason = why_unavailable(of, found, in_force, name)) down.emplace(name, reason->text());
    return down;
}

}  // namespace commhost::worker
