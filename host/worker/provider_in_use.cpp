#include "worker/provider_in_use.hpp"

#include "message/error.hpp"
#include "worker/codes.hpp"

#include <boost/json.hpp>

#include <vector>

namespace commhost::worker {

namespace {

plugin::plugin_entry find_enabled(host& of, std::string_view name) {
    const auto found = of.registry().look();
    const auto* entry = found.find(name);
    const auto state = entry == nullptr ? plugin::plugin_state::missing : entry->state;
    if (state != plugin::plugin_state::enabled)
        throw message::error(WORKER_PROVIDER, {{"provider", std::string(name)}, {"state", std::string(to_string(state))}});
    return *entry;
}

/// The roster's JSON object as the texts that settings are read from.
plugin::setting_texts texts_of(std::string_view object) {
    plugin::setting_texts texts;
    boost::system::error_code failed;
    const auto document = boost::json::parse(object, failed);
    if (failed || !document.is_object()) return texts;
    for (const auto& [name, value] : document.get_object())
        texts.emplace(std::string(name), value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value));
    return texts;
}

}  // namespace

provider_in_use::provider_in_use(host& of, std::string_view name)
    : host_(of),
      entry_(find_enabled(of, name)),
      site_settings_(entry_.component, of.site_settings(entry_), of.secrets()),
      strings_(entry_.strings, of.settings().language),
      plugin_(entry_.library()) {}

plugin::setting_values provider_in_use::room_settings(core_communication::communication_id room,
                                                      std::string_view from_roster) const {
    const std::vector layers{plugin::setting_layer{plugin::setting_origin::stored, texts_of(from_roster)},
                             host_.stored_settings().room(room)};
    return {entry_.component, plugin::effective_settings(entry_.settings.room, layers), host_.secrets()};
}

}  // namespace commhost::worker
