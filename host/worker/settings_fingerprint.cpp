#include "worker/settings_fingerprint.hpp"

#include "message/error.hpp"
#include "plugin/setting_values.hpp"
#include "text/sha256.hpp"

#include <boost/json.hpp>

namespace commhost::worker {

std::optional<std::string> settings_fingerprint(host& of, const plugin::plugin_entry& entry) {
    try {
        const auto settings = of.site_settings(entry);
        const plugin::setting_values opened(entry.component, settings, of.secrets());
        boost::json::array all;
        for (const auto& each : settings) {
            const auto& declared = *each.declared;
            all.emplace_back(declared.name);
            all.emplace_back(declared.type == plugin::setting_type::secret ? opened.text(declared.name) : each.text);
        }
        return text::sha256(boost::json::serialize(all));
    } catch (const message::error&) {  // told where a worker is to be started with them
        return std::nullopt;
    }
}

}  // namespace commhost::worker
