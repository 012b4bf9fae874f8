#pragma once

#include "cli/removal_settings.hpp"
#include "worker/host.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::cli {

/// What the flags that every command has say; each wins over the environment, which wins over the file.
struct global_flags {
    std::optional<std::string> configuration_file;  ///< --config
    std::optional<std::string> database;            ///< --database
    std::vector<std::string> plugin_roots;          ///< --plugin-root
    std::optional<std::string> plugin_trust;        ///< --plugin-trust
    std::optional<std::string> trusted_keys;        ///< --trusted-keys
    std::optional<std::string> log_level;           ///< --log-level
    std::optional<std::string> log_format;          ///< --log-format
};

/// What commhost.json may say, with the rest of what a program run needs to know.
struct configuration {
    worker::host_settings host;
    std::map<std::string, std::string> roster_roles;  ///< The roster's words for roles, over the built-in ones.
    removal_settings removals;
    bool group_rooms = false;  ///< Of instances that appear with groups: whether these have the rooms.
    std::optional<std::vector<std::string>>
        in_all_groups;           ///< The roster's words for roles that are in all of these rooms.
    std::filesystem::path file;  ///< Where it was read from; empty when there is none.
};

/// The environment as a list of NAME=VALUE.
using environment_lines = std::vector<std::string>;

/// Puts it together. The file is --config, else COMMHOST_CONFIG, else /etc/commhost/commhost.json where that is there:
///
///     {
///       "state_directory": "/var/lib/commhost",
///       "database": "sqlite:/var/lib/commhost/commhost.db",
///       "plugin_roots": ["/usr/lib/commhost/communication/provider"],
///       "plugin_owners": ["deploy"],
///       "required_plugins": ["matrix"],
///       "plugin_trust": "require",
///       "trusted_keys": "/etc/commhost/trusted_keys",
///       "default_provider": "matrix",
///       "language": "en",
///       "lang_folder": "/etc/commhost/lang",
///       "log": {"level": "info", "format": "text"},
///       "http": {"ca_file": "", "proxy": ""},
///       "roles": {"teacher": "moderator", "visitor": "guest"},
///       "groups": {"rooms": false, "in_all": ["teacher", "aide"]},
///       "members": {"unlisted": "remove", "left": "add_again", "ended": "keep", "ended_after": "30d",
///                   "archived_name": "{name} (archived {year})", "exempt": ["@bot-*:example.org"]},
///       "removals": {"per_room": {"number": 10, "share": 0.5}, "total": {"number": 500, "share": 0.1},
///                    "after_reads": 3, "after": "48h"},
///       "pauses": [{"from": "2027-07-01", "until": "2027-08-20", "what": "removals"}],
///       "rooms_at_once": 16,
///       "workers": {"most": 1, "age": "24h", "memory_mib": 1024, "deadline": "30m", "lease": "60s"},
///       "synchronise_every": "24h",
///       "synchronise_within": {"hours": "22:00-05:00", "days": ["monday", "tuesday"]},
///       "audit": {"keep": "400d"},
///       "settings": {"matrix": {"homeserver_url": "https://matrix.example.org", "access_token": "file:/etc/commhost/token"}}
///     }
///
/// "language" is that of what the service writes by itself: its log, the reasons that it stores, what plugins put into rooms. Where
/// it is missing, that is the language of the service's own environment. Commands speak the language of whoever calls them.
///
/// "workers" are the processes of one provider: how many at the same time, each with "rooms_at_once" rooms; when another one takes
/// its place. What a plugin's server allows at the same time is known to each of them alone, so more than one is for servers
/// that have no limit for the account. A room that takes longer than the "deadline" (from ten seconds on) has its worker killed. The rooms of
/// a host that is heard of no more are another one's after the "lease" (likewise).
///
/// A role that is a "guest" puts nobody into a room. "groups" is of instances with groups that a roster names for the first time:
/// with "rooms" the groups have the rooms, and they have none; "in_all" says which roles are in the rooms of all groups
/// (directory/room_membership.hpp), where it is missing those that are more than members.
///
/// "removals" above a limit are held until somebody approves them (roster/brake.hpp); "after_reads" and "after" say when
/// somebody whom a full roster does not name any more is gone (roster/absence.hpp). Within a pause nobody is removed. Dates
/// are those of rosters (roster/date.hpp).
///
/// Within "synchronise_within" rooms begin to be synchronised, by the host's local time; a night is that of the day on which it begins.
/// Outside of it what is due waits, and begins up to a tenth of "synchronise_every" after it opens.
///
/// Every field may be missing; comments are allowed. The environment: COMMHOST_DATABASE, COMMHOST_STATE_DIRECTORY,
/// COMMHOST_PLUGIN_ROOTS, COMMHOST_PLUGIN_OWNERS (users by name or number) and COMMHOST_REQUIRED_PLUGINS (all split at ':'), COMMHOST_PLUGIN_TRUST (off, warn or
/// require; off when nothing is said), COMMHOST_TRUSTED_KEYS, COMMHOST_DEFAULT_PROVIDER, COMMHOST_LANGUAGE, COMMHOST_LANG_FOLDER,
/// COMMHOST_LOG_LEVEL, COMMHOST_LOG_FORMAT, and COMMHOST_SETTING_<PLUGIN>_<NAME> for a plugin's setting.
///
/// Throws message::error (CONFIGURATION_..., SERVICE_LOG_LEVEL, SERVICE_LOG_FORMAT, JSON_...).
configuration read_configuration(const global_flags& flags, const environment_lines& environment);

/// The environment of this process.
environment_lines process_environment();

}  // namespace commhost::cli
