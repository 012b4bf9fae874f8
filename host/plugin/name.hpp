#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// Lower-case letters, digits and '_', starting with a letter, at most 40 bytes: names of plugins and of settings. But for "none",
/// which says that there is no plugin.
bool is_name(std::string_view text);

/// "communication_matrix" from "matrix".
std::string component_of(std::string_view name);

/// "matrix" from "communication_matrix"; empty for what is no component of a plugin.
std::optional<std::string> name_of_component(std::string_view component);

}  // namespace commhost::plugin
