#pragma once

#include "plugin/plugin_entry.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// What an admin wants of a plugin, and which version of it was seen last (table plugin_state).
struct remembered_plugin {
    bool disabled = false;
    std::int64_t version = 0;
};
using plugin_memory = std::map<std::string, remembered_plugin, std::less<>>;

// All of them throw message::error (STORE_...).

plugin_memory remembered_plugins(store::connection& on);

bool is_remembered(store::connection& on, std::string_view name);

/// Notes those that could be used, so that a folder that vanishes is missed. Writes only what is new.
void note_seen(store::connection& on, std::span<const plugin_entry> plugins, const plugin_memory& known);

void set_disabled(store::connection& on, std::string_view name, bool disabled);

/// Returns whether there was anything to forget.
bool forget_plugin(store::connection& on, std::string_view name);

}  // namespace commhost::plugin
