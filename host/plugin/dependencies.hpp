#pragma once

#include "plugin/plugin_entry.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// In which order plugins are to be looked at, by their manifests alone.
struct dependency_order {
    std::vector<std::size_t> order;  ///< Positions; each behind those it depends on, else as given.
    /// The same positions in steps: each depends on those of earlier steps alone, circles apart. Within a step in order.
    std::vector<std::vector<std::size_t>> steps;
    std::map<std::size_t, std::string> circles;  ///< Who waits for itself, and how: "a -> b -> a".
};

dependency_order order_by_dependency(std::span<const plugin_entry> plugins);

/// The positions, rising, of the plugin of this name and of all that it depends on, over however many others; none when
/// it is not there, and all when the name is empty.
std::vector<std::size_t> needed_for(std::span<const plugin_entry> plugins, std::string_view name);

/// Adds a problem for each thing that plugin needs and does not have. known: plugins with, of those that
/// it depends on, their states; it may be among them.
void check_dependencies(plugin_entry& of, std::span<const plugin_entry> known);

/// Who is refused because it needs this plugin, which is not available, over however many others, and for no other reason
/// that a look tells: such a one is not probed. plugins: of one look, each behind those that it depends on; the names are in
/// their order.
std::vector<std::string> refused_without(std::span<const plugin_entry> plugins, std::string_view name);

/// Who is used now and would be refused if this plugin were there in that version, or not at all: those that demand a newer one,
/// and those that need one of these, over however many others. plugins: as for refused_without.
std::vector<std::string> refused_with(std::span<const plugin_entry> plugins, std::string_view name,
                                      std::optional<std::int64_t> version);

}  // namespace commhost::plugin
