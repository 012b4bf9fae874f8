#include "plugin/name.hpp"

#include <algorithm>

namespace commhost::plugin {

namespace {

constexpr std::string_view prefix = "communication_";

}  // namespace

bool is_name(std::string_view text) {
    const auto is_letter = [](char character) { return character >= 'a' && character <= 'z'; };
    const auto fits = [&](char character) {
        return is_letter(character) || (character >= '0' && character <= '9') || character == '_';
    };
    return text != "none" && !text.empty() && text.size() <= 40 && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), fits);
}

std::string component_of(std::string_view name) { return std::string(prefix).append(name); }

std::optional<std::string> name_of_component(std::string_view component) {
    if (!component.starts_with(prefix) || !is_name(component.substr(prefix.size()))) return std::nullopt;
    return std::string(component.substr(prefix.size()));
}

}  // namespace commhost::plugin
