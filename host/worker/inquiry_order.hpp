#pragma once

#include "message/translations.hpp"
#include "plugin/setting_values.hpp"

#include <core_communication/identity.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker {

/// What a child that asks a plugin something (inquiry.hpp) is told: all that the plugin gets to see, as it was checked, so that the
/// child reads nothing of the plugin's folder. Secrets go this way, opened, so that the child needs neither the host's
/// key nor its environment.
struct inquiry_order {
    /// One setting, its value checked.
    struct setting {
        std::string name;
        plugin::setting_type type = plugin::setting_type::text;
        std::optional<std::string> text;  ///< Empty where it has no value; of a secret the secret itself.
    };

    std::filesystem::path folder;  ///< The plugin's, for messages alone.
    std::string component;
    std::vector<setting> site;
    std::vector<setting> room;
    std::map<std::string, message::string_table> texts;  ///< By language, an admin's own over the plugin's.
    std::vector<std::string> languages;
    std::string ca_file;  ///< See service::http_settings.
    std::string proxy;

    /// Of whom the plugin is to tell what its server holds (privacy_provider); none: it is to look at its server
    /// (diagnostic_provider, and what repair_provider offers then), or to repair.
    struct account_of_person {
        core_communication::user_id person{};
        std::string account;
    };
    std::optional<account_of_person> about;

    /// What the plugin is to set right at its server (repair_provider), by the ids of its offers.
    std::vector<std::string> repairs;
};

/// As JSON, and back. inquiry_order_of throws std::exception for what to_json has not made.
std::string to_json(const inquiry_order& order);
inquiry_order inquiry_order_of(std::string_view json);

/// The settings of an order. opened: with the secrets among them; null where there are none.
std::vector<inquiry_order::setting> ordered(std::span<const plugin::effective_setting> settings,
                                            const plugin::setting_values* opened);

/// And those settings as a plugin sees them. Throws message::error (SETTING_...).
plugin::setting_values values_of(std::string_view component, std::span<const inquiry_order::setting> settings);

}  // namespace commhost::worker
