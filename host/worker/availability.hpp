#pragma once

#include "plugin/plugin_entry.hpp"
#include "plugin/problem.hpp"
#include "plugin/quarantine.hpp"
#include "worker/host.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::worker {

/// The reason with which the queue of a disabled plugin is paused: a word and no text, since whoever reads it has a language of
/// their own. In words: message::word_of("pause_reason", ...), which leaves what is no such word as it is.
inline constexpr std::string_view pause_disabled = "disabled";

/// What is wrong with the provider itself (WORKER_PROVIDER), of one that is refused, or hidden by its root, with the first
/// reason; none where it is sound.
/// entry: null for one that is not there.
std::optional<plugin::problem> why_not_sound(const plugin::plugin_entry* entry, std::string_view provider);

/// The settings without which it cannot do and that nobody has set (WORKER_SETTINGS). entry: with a manifest. Throws message::error
/// (SETTING_..., STORE_...).
std::optional<plugin::problem> why_not_configured(host& of, const plugin::plugin_entry& entry);

/// Whether it is one of host_settings::required_plugins.
bool is_required(const host& of, std::string_view plugin);

/// What speaks against starting a worker of this provider; none for nothing.
/// found: the newest look. in_force: what holds now, which may be less than at that look. Throws message::error (STORE_...).
std::optional<plugin::problem> why_unavailable(host& of, const plugin::plugin_set& found,
                                               const plugin::quarantines& in_force, const std::string& provider);

/// The required plugins (host_settings::required_plugins) that cannot be used, each with the reason in words for an admin.
/// Throws message::error (STORE_...).
std::map<std::string, std::string> required_and_unavailable(host& of, const plugin::plugin_set& found,
                                                            const plugin::quarantines& in_force);

}  // namespace commhost::worker
