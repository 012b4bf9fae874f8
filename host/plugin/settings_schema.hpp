#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace commhost::plugin {

enum class setting_type : std::uint8_t { text, url, integer, duration, boolean, choice, secret, list };

std::string_view to_string(setting_type which);

/// A value after its check. text, url (no slash at its end), choice and secret are std::string.
using setting_content = std::variant<std::string, std::int64_t, bool, std::chrono::seconds, std::vector<std::string>>;

/// One of the values that a setting of type choice may have.
struct setting_choice {
    std::string value;
    std::string label;  ///< String key.
};

/// One setting that a plugin declares.
struct setting {
    std::string name;
    setting_type type = setting_type::text;
    bool required = false;                        ///< Must have a value before the plugin is used. Has no default then.
    std::optional<std::string> default_value;     ///< As text, see parse_setting. Never of a secret.
    std::optional<std::int64_t> lowest, highest;  ///< Of an integer; seconds of a duration; code points of a text or
                                                  ///< secret; elements of a list.
    std::string pattern;  ///< See pattern.hpp; the whole text, secret or element of a list matches.
    std::vector<setting_choice> choices;
    std::string label, help;  ///< String keys.
};

/// What settings.json says:
///
///     {
///       "site": [
///         {"name": "homeserver_url", "type": "url", "required": true, "label": "homeserver_url", "help": "homeserver_url_help"},
///         {"name": "timeout", "type": "duration", "default": "30s", "limits": {"min": "1s", "max": "5m"}, ...},
///         {"name": "access", "type": "choice", "choices": [{"value": "invite", "label": "access_invite"}, ...], ...}
///       ],
///       "room": [ ... the same, for each room ... ]
///     }
///
/// Both lists may be missing. `label` and `help` are needed in each setting; `required`, `default`, `limits` (either end may
/// be missing), `pattern` and `choices` (of a choice only, where it is needed) as wanted. A default is written in the JSON
/// type that fits: a number, true or false, an array of strings, else a string. Each list has 256 settings at most.
struct settings_schema {
    std::vector<setting> site;
    std::vector<setting> room;
};

/// Throws message::error (JSON_...).
settings_schema read_settings_schema(const std::filesystem::path& file);

/// Null when there is none of that name.
const setting* find_setting(const std::vector<setting>& settings, std::string_view name);

/// The value that text stands for: integer "30"; duration "90s", "15m", "2h" or "7d"; boolean "true" or "false"; list a
/// JSON array of strings or one line "a, b, c"; url http or https with a host and without user information; secret
/// anything, a reference (secrets.hpp) being left for later. Values are UTF-8, at most 4,096 bytes (a secret 16,384).
/// Throws message::error (SETTING_VALUE), which never repeats a secret.
setting_content parse_setting(const setting& as, std::string_view text);

/// The one text of a value that is stored and shown, which parse_setting takes: "30", "900s", "true", ["a","b"].
std::string text_of(const setting_content& content);

}  // namespace commhost::plugin
