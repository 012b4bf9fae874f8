#pragma once

#include "plugin/plugin_entry.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// What an admin wants of a plugin, and what was seen of it (table plugin_state).
struct remembered_plugin {
    bool disabled = false;
    std::int64_t version = 0;  ///< That a worker last began with; 0 when none did.
    std::optional<store::milliseconds_utc> missing_since;
    std::string root;  ///< Where it was last seen; empty while that is not known.
};
using plugin_memory = std::map<std::string, remembered_plugin, std::less<>>;

// All of them throw message::error (STORE_...).

plugin_memory remembered_plugins(store::connection& on);

bool is_remembered(store::connection& on, std::string_view name);

/// Remembers those that could be used, so that a folder that vanishes is missed, that those of which a folder is there are
/// missed no more, and in which root each of them is. The version in use is left as it is. Writes only what is new.
void note_seen(store::connection& on, std::span<const plugin_entry> plugins, const plugin_memory& known);

/// Keeps since when plugins are missing: those that were not missed before.
void note_missing(store::connection& on, std::span<const std::string> names, store::milliseconds_utc now);

void set_disabled(store::connection& on, std::string_view name, bool disabled);

/// A worker has begun with this version; one that began with an older one by then changes nothing.
void note_begun(store::connection& on, std::string_view name, std::int64_t version);

/// An admin wants this version, be it older than the one in use. Also where nothing is remembered of the plugin.
void set_version_in_use(store::connection& on, std::string_view name, std::int64_t version);

/// Forgets the plugin and what is held against it. Returns whether there was anything to forget.
bool forget_plugin(store::connection& on, std::string_view name);

}  // namespace commhost::plugin
