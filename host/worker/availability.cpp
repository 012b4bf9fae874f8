#include "worker/availability.hpp"

#include "message/error.hpp"
#include "plugin/setting_values.hpp"
#include "worker/codes.hpp"

#include <utility>

namespace commhost::worker {

std::string why_unavailable(host& of, const plugin::plugin_set& found, const plugin::quarantines& in_force,
                            const std::string& provider) {
    const auto* entry = found.find(provider);
    const auto is = entry == nullptr ? plugin::plugin_state::missing : entry->state;
    if (!is_sound(is))
        return message::error(WORKER_PROVIDER, {{"provider", provider}, {"state", std::string(to_string(is))}}).text();
    if (const auto held = in_force.find(provider);
        held != in_force.end() && held->second.version == entry->manifest->version)
        return problem_of(held->second, provider).text();
    try {
        std::string missing;
        for (const auto& name : plugin::missing_settings(of.site_settings(*entry)))
            missing += (missing.empty() ? "" : ", ") + name;
        if (missing.empty()) return {};
        return message::error(WORKER_SETTINGS, {{"provider", provider}, {"settings", missing}}).text();
    } catch (const message::error& refused) {  // a value of the configuration that the plugin's schema does not admit
        return refused.text();
    }
}

std::map<std::string, std::string> required_and_unavailable(host& of, const plugin::plugin_set& found,
                                                            const plugin::quarantines& in_force) {
    std::map<std::string, std::string> down;
    for (const auto& name : of.settings().required_plugins)
        if (auto reason = why_unavailable(of, found, in_force, name); !reason.empty())
            down.emplace(name, std::move(reason));
    return down;
}

}  // namespace commhost::worker
