#pragma once

#include "plugin/plugin_entry.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace commhost::plugin {

/// In which order plugins are to be looked at, by their manifests alone.
struct dependency_order {
    std::vector<std::size_t> order;              ///< Positions; each behind those it depends on, else as given.
    std::map<std::size_t, std::string> circles;  ///< Who waits for itself, and how: "a -> b -> a".
};

dependency_order order_by_dependency(std::span<const plugin_entry> plugins);

/// Adds a problem for each thing that plugin needs and does not have. known: everything that was looked at so far, states
/// included, which is all that it can depend on when they are taken in order.
void check_dependencies(plugin_entry& of, std::span<const plugin_entry> known);

}  // namespace commhost::plugin
