#include "worker/provider_in_use.hpp"

#include "message/error.hpp"
#include "plugin/json_document.hpp"
#include "worker/codes.hpp"

#include <array>

namespace commhost::worker {

namespace {

plugin::plugin_entry find_enabled(host& of, std::string_view name) {
    const auto found = of.registry().look();
    const auto* entry = found.find(name);
    const auto state = entry == nullptr ? plugin::plugin_state::missing : entry->state;
    if (state != plugin::plugin_state::enabled)
        throw message::error(WORKER_PROVIDER,
                             {{"provider", std::string(name)}, {"state", std::string(to_string(state))}});
    return *entry;
}

}  // namespace

provider_in_use::provider_in_use(host& of, std::string_view name)
    : host_(of), entry_(find_enabled(of, name)),
      site_settings_(entry_.component, of.site_settings(entry_), of.secrets()),
      strings_(plugin::with_overrides(entry_.strings, of.settings().lang_folder, entry_.component),
               of.settings().languages), plugin_(entry_.library()) {}

plugin::setting_values provider_in_use::room_settings(core_communication::communication_id room,
                                                      std::string_view from_roster) const {
    const plugin::json_document roster(from_roster, "the roster's settings of this room");
    const std::array layers{plugin::setting_layer{plugin::setting_origin::stored, plugin::texts_of(roster.root())},
                            host_.stored_settings().room(*host_.database().borrow(), room)};
    return {entry_.component, plugin::effective_settings(entry_.component, entry_.settings.room, layers),
            host_.secrets()};
}

}  // namespace commhost::worker
