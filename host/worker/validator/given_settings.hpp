#pragma once

#include "plugin/setting_values.hpp"
#include "plugin/settings_schema.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker::validator {

/// The settings that a plugin is tested with, as text, secrets opened.
struct given_settings {
    plugin::setting_texts site;
    plugin::setting_texts room;

    /// Accounts of the server that may be put into rooms, for a plugin that makes none.
    std::vector<std::string> accounts;

    /// Whether they name a server that may be used.
    bool name_a_server = false;

    /// Of what is required and could not be made up: "site/account_pattern".
    std::vector<std::string> missing;
};

/// Settings that lead nowhere, for a plugin that nobody has configured: what is required gets a value that fits, every
/// secret one that is found again wherever it turns up, what has a default keeps it.
given_settings made_up_settings(const plugin::settings_schema& schema);

/// Reads {"site": {...}, "room": {...}, "accounts": [...]}, each of which may be missing; references to secrets are opened.
/// Throws message::error: JSON_..., SETTING_..., SECRET_...
given_settings read_given_settings(const std::filesystem::path& file, std::string_view component,
                                   const plugin::settings_schema& schema);

/// The settings as a plugin sees them. Throws message::error: SETTING_...
plugin::setting_values values_of(std::string_view component, const std::vector<plugin::setting>& schema,
                                 const plugin::setting_texts& texts);

}  // namespace commhost::worker::validator
