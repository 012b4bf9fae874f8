#include "worker/provider_in_use.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
#include "worker/availability.hpp"

#include <array>
#include <utility>

namespace commhost::worker {

namespace {

plugin::plugin_entry find_sound(host& of, std::string_view name) {
    auto entry = of.registry().find(name);
    if (const auto reason = why_not_sound(entry ? &*entry : nullptr, name))
        throw message::error(reason->code, reason->arguments);
    return std::move(*entry);
}

/// What a roster gives stays in the database as it is; and a reference would let whoever writes it read this host's files.
void refuse_secrets(const std::vector<plugin::setting>& declared, const plugin::setting_texts& from_roster) {
    for (const auto& each : declared) {
        if (each.type == plugin::setting_type::secret && from_roster.contains(each.name))
            throw message::error(plugin::SETTING_VALUE, {{"name", each.name},
                                                         {"type", std::string(to_string(each.type))},
                                                         {"reason", message::phrase("reason_roster_secret")}});
    }
}

}  // namespace

provider_in_use::provider_in_use(host& of, std::string_view name) : provider_in_use(of, find_sound(of, name)) {}

provider_in_use::provider_in_use(host& of, plugin::plugin_entry sound)
    : host_(of), entry_(std::move(sound)), site_settings_(entry_.component, of.site_settings(entry_), of.secrets()),
      strings_(plugin::with_overrides(entry_.strings, of.settings().lang_folder, entry_.component),
               of.settings().languages),
      plugin_(seal(entry_)) {}

plugin::setting_values provider_in_use::room_settings(core_communication::communication_id room,
                                                      std::string_view from_roster) const {
    const plugin::json_document roster(from_roster, "the roster's settings of this room");
    // A roster may have settings for other providers, too.
    auto texts = plugin::texts_of(roster.root(), entry_.settings.room);
    refuse_secrets(entry_.settings.room, texts);
    const std::array layers{plugin::setting_layer{plugin::setting_origin::stored, std::move(texts)},
                            host_.stored_settings().room(*host_.database().borrow(), room)};
    return {entry_.component, plugin::effective_settings(entry_.component, entry_.settings.room, layers),
            host_.secrets()};
}

}  // namespace commhost::worker
