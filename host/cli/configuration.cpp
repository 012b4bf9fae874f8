#include "cli/configuration.hpp"

#include "cli/codes.hpp"
#include "cli/language.hpp"
#include "cli/setting_places.hpp"
#include "message/error.hpp"
#include "message/language.hpp"
#include "plugin/json_document.hpp"
#include "plugin/settings_schema.hpp"
#include "text/ascii.hpp"
#include "text/strict_json.hpp"
#include "text/utf8.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <sstream>
#include <tuple>
#include <utility>

namespace commhost::cli {

namespace {

namespace fs = std::filesystem;
using plugin::json_place;

constexpr const char* packaged_file = "/etc/commhost/commhost.json";

class environment {
  public:
    explicit environment(const environment_lines& lines) {
        for (const auto& line : lines) {
            const auto equals = line.find('=');
            if (equals != std::string::npos) variables_[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }

    std::optional<std::string> find(std::string_view name) const {
        const auto found = variables_.find(name);
        return found == variables_.end() ? std::nullopt : std::optional(found->second);
    }

    /// COMMHOST_SETTING_<PLUGIN>_<NAME>, where neither part says where the other begins: the plugin is the first word, as
    /// far as the next '_', unless a longer plugin name is configured.
    void settings_into(worker::host_settings& host) const {
        constexpr std::string_view prefix = "COMMHOST_SETTING_";
        for (const auto& [variable, value] : variables_) {
            if (!variable.starts_with(prefix)) continue;
            const auto name = text::lower(std::string_view(variable).substr(prefix.size()));
            auto end_of_plugin = name.find('_');
            for (const auto& [plugin, values] : host.configured) {
                if (name.starts_with(plugin + "_")) end_of_plugin = plugin.size();
            }
            if (end_of_plugin == std::string::npos) continue;
            host.from_environment[name.substr(0, end_of_plugin)][name.substr(end_of_plugin + 1)] = value;
        }
    }

  private:
    std::map<std::string, std::string, std::less<>> variables_;
};

fs::path default_state_directory(const environment& variables) {
    if (::geteuid() == 0) return "/var/lib/commhost";
    if (const auto state = variables.find("XDG_STATE_HOME"); state && !state->empty())
        return fs::path(*state) / "commhost";
    return fs::path(variables.find("HOME").value_or(".")) / ".local/state/commhost";
}

/// Where this program finds the plugins that came with it, built or installed, and then the admin's own.
std::vector<fs::path> default_plugin_roots() {
    std::error_code failed;
    const auto program = fs::read_symlink("/proc/self/exe", failed);
    return {program.parent_path().parent_path() / "lib/commhost/communication/provider",
            "/usr/local/lib/commhost/communication/provider"};
}

template <class Choice, std::size_t Count>
Choice choice_of(const json_place& place, const std::array<std::pair<std::string_view, Choice>, Count>& choices) {
    std::string names;
    for (const auto& [name, choice] : choices) {
        if (place.text() == name) return choice;
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    place.refuse(message::phrase("reason_choice", {{"text", "'" + place.text() + "'"}, {"choices", names}}));
}

template <class Choice, std::size_t Count>
auto named_choices(const std::array<Choice, Count>& choices) {
    std::array<std::pair<std::string_view, Choice>, Count> named;
    for (std::size_t index = 0; index < Count; ++index) named[index] = {to_string(choices[index]), choices[index]};
    return named;
}

/// A name with a place for the room's own, which that is not to crowd out.
std::string archived_name_of(const json_place& place) {
    constexpr std::size_t longest = 100;
    auto name = place.text();
    if (name.find("{name}") == std::string::npos || text::printable(name, longest) != name)
        place.refuse(message::phrase("reason_archived_name", {{"most", std::to_string(longest)}}));
    return name;
}

void read_members(const json_place& place, communication::policy& members) {
    using communication::left_policy;
    using communication::unlisted_policy;
    place.has_only({"unlisted", "left", "ended", "ended_after", "archived_name", "exempt"});
    for (const auto& unlisted : place.find("unlisted"))
        members.unlisted =
            choice_of(unlisted, std::array{std::pair(std::string_view("remove"), unlisted_policy::remove),
                                           std::pair(std::string_view("keep"), unlisted_policy::keep),
                                           std::pair(std::string_view("adopt"), unlisted_policy::adopt)});
    for (const auto& left : place.find("left"))
        members.left = choice_of(left, std::array{std::pair(std::string_view("add_again"), left_policy::add_again),
                                                  std::pair(std::string_view("respect"), left_policy::respect)});
    for (const auto& ended : place.find("ended"))
        members.ended = choice_of(ended, named_choices(communication::every_ended_policy));
    for (const auto& after : place.find("ended_after")) members.ended_after = duration_of(after);
    for (const auto& name : place.find("archived_name")) members.archived_name = archived_name_of(name);
    for (const auto& exempt : place.find("exempt"))
        for (const auto& pattern : exempt.elements()) members.exempt.push_back(pattern.text());
}

/// "de", "de_at" or, as locales are named, "de_AT.UTF-8".
std::string language_of(const json_place& place) {
    auto language = message::language_of_locale(place.text());
    if (language == "en" && !place.text().starts_with("en"))
        place.refuse(message::phrase("reason_language", {{"language", place.text()}}));
    return language;
}

task::window window_of(const json_place& place) {
    place.has_only({"hours", "days"});
    task::window result;
    for (const auto& hours : place.find("hours")) {
        const auto read = task::hours_of(hours.text());
        if (!read) hours.refuse(message::phrase("reason_hours_wanted"));
        std::tie(result.from, result.until) = *read;
    }
    for (const auto& days : place.find("days")) {
        result.days.fill(false);
        using named = std::pair<std::string_view, std::size_t>;
        for (const auto& day : days.elements())
            result.days.at(choice_of(day, std::array{named("monday", 1), named("tuesday", 2), named("wednesday", 3),
                                                     named("thursday", 4), named("friday", 5), named("saturday", 6),
                                                     named("sunday", 0)})) = true;
        if (days.elements().empty()) days.refuse(message::phrase("reason_day_wanted"));
    }
    return result;
}

std::vector<std::string> split_at_colons(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream list(text);
    for (std::string part; std::getline(list, part, ':');) parts.push_back(part);
    return parts;
}

/// A user by name or by number; empty for one that there is not.
std::optional<uid_t> find_user(const std::string& name) {
    uid_t number = 0;
    const char* const end = name.data() + name.size();
    if (const auto [behind, failed] = std::from_chars(name.data(), end, number); failed == std::errc{} && behind == end)
        return number;
    std::array<char, 4096> memory{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return found->pw_uid;
}

/// Refuses who is not there, lest a mistyped name go unnoticed.
uid_t user_id(const std::string& name) {
    if (const auto user = find_user(name)) return *user;
    throw message::error(CONFIGURATION_USER, {{"user", name}});
}

uid_t user_of(const json_place& place) {
    if (const auto user = find_user(place.text())) return *user;
    place.refuse(message::phrase("reason_no_user", {{"user", place.text()}}));
}

plugin::trust_policy trust_policy_of(const std::string& name) {
    if (const auto policy = plugin::parse_trust_policy(name)) return *policy;
    throw message::error(CONFIGURATION_TRUST, {{"policy", name}});
}

plugin::trust_policy trust_policy_of(const json_place& place) {
    using plugin::trust_policy;
    return choice_of(place, std::array{std::pair(std::string_view("off"), trust_policy::off),
                                       std::pair(std::string_view("warn"), trust_policy::warn),
                                       std::pair(std::string_view("require"), trust_policy::require)});
}

void read_log(const json_place& place, service::log_settings& log) {
    using core_communication::log_level;
    using service::log_format;
    place.has_only({"level", "format"});
    for (const auto& level : place.find("level"))
        log.level = choice_of(level, std::array{std::pair(std::string_view("debug"), log_level::debug),
                                                std::pair(std::string_view("info"), log_level::info),
                                                std::pair(std::string_view("warning"), log_level::warning),
                                                std::pair(std::string_view("error"), log_level::error)});
    for (const auto& format : place.find("format"))
        log.format = choice_of(format, std::array{std::pair(std::string_view("text"), log_format::text),
                                                  std::pair(std::string_view("json"), log_format::json)});
}

struct file_content {
    std::optional<fs::path> state_directory;
    std::optional<std::string> database;
};

file_content read_file(const fs::path& file, configuration& result) {
    file_content found;
    auto& host = result.host;
    const plugin::json_document document(file, text::json_comments::allowed);
    const auto root = document.root();
    root.has_only({"state_directory",
                   "database",
                   "plugin_roots",
                   "plugin_owners",
                   "required_plugins",
                   "plugin_trust",
                   "trusted_keys",
                   "default_provider",
                   "language",
                   "lang_folder",
                   "log",
                   "http",
                   "roles",
                   "groups",
                   "members",
                   "removals",
                   "pauses",
                   "audit",
                   "rooms_at_once",
                   "workers",
                   "synchronise_every",
                   "synchronise_within",
                   "settings"});
    for (const auto& place : root.find("state_directory")) found.state_directory = place.text();
    for (const auto& place : root.find("database")) found.database = place.text();
    for (const auto& place : root.find("plugin_roots")) {
        host.plugin_roots.clear();
        for (const auto& path : place.elements()) host.plugin_roots.emplace_back(path.text());
    }
    for (const auto& place : root.find("plugin_owners"))
        for (const auto& user : place.elements()) host.plugin_owners.push_back(user_of(user));
    for (const auto& place : root.find("required_plugins"))
        for (const auto& name : place.elements()) host.required_plugins.push_back(name.text());
    for (const auto& place : root.find("plugin_trust")) host.plugin_trust.policy = trust_policy_of(place);
    for (const auto& place : root.find("trusted_keys")) host.plugin_trust.keys = place.text();
    for (const auto& place : root.find("default_provider")) host.default_provider = place.text();
    for (const auto& place : root.find("language")) host.languages = {language_of(place)};
    for (const auto& place : root.find("lang_folder")) host.lang_folder = place.text();
    for (const auto& log : root.find("log")) read_log(log, host.log);
    for (const auto& http : root.find("http")) {
        http.has_only({"ca_file", "proxy"});
        for (const auto& place : http.find("ca_file")) host.http.ca_file = place.text();
        for (const auto& place : http.find("proxy")) host.http.proxy = place.text();
    }
    for (const auto& roles : root.find("roles")) {
        for (const auto& [word, role] : roles.members()) result.roster_roles[word] = role.text();
    }
    for (const auto& groups : root.find("groups")) {
        groups.has_only({"rooms", "in_all"});
        for (const auto& place : groups.find("rooms")) result.group_rooms = place.boolean();
        for (const auto& place : groups.find("in_all")) {
            auto& roles = result.in_all_groups.emplace();
            for (const auto& role : place.elements()) roles.push_back(text::lower(role.text()));
        }
    }
    for (const auto& members : root.find("members")) read_members(members, host.members);
    for (const auto& removals : root.find("removals")) result.removals = removals_of(removals);
    for (const auto& pauses : root.find("pauses")) host.members.pauses = pauses_of(pauses);
    for (const auto& place : root.find("rooms_at_once"))
        host.rooms_at_once = static_cast<int>(integer_of(place, 1, 64));
    for (const auto& workers : root.find("workers")) {
        workers.has_only({"most", "age", "memory_mib", "deadline", "lease"});
        for (const auto& place : workers.find("most")) host.workers.most = static_cast<int>(integer_of(place, 1, 64));
        for (const auto& place : workers.find("age"))
            host.workers.age = duration_of(place, {"1s", std::chrono::seconds(1)});
        for (const auto& place : workers.find("memory_mib")) host.workers.memory_mib = integer_of(place, 32, 1'048'576);
        for (const auto& place : workers.find("deadline"))
            host.workers.deadline = duration_of(place, {"10s", std::chrono::seconds(10)});
        for (const auto& place : workers.find("lease"))
            host.workers.lease = duration_of(place, {"10s", std::chrono::seconds(10)});
    }
    for (const auto& place : root.find("synchronise_every")) host.synchronise_every = duration_of(place);
    for (const auto& audit : root.find("audit")) {
        audit.has_only({"keep"});
        for (const auto& place : audit.find("keep"))
            host.audit_keep = duration_of(place, {"1d", std::chrono::hours(24)});
    }
    for (const auto& place : root.find("synchronise_within")) host.synchronise_within = window_of(place);
    for (const auto& settings : root.find("settings")) {
        for (const auto& [name, values] : settings.members()) host.configured[name] = plugin::texts_of(values);
    }
    return found;
}

/// Made with mode 0700 when it is not there: the database and the key lie in it.
void make_state_directory(const fs::path& directory) {
    std::error_code failed;
    if (fs::is_directory(directory, failed)) return;
    fs::create_directories(directory, failed);
    if (!failed) fs::permissions(directory, fs::perms::owner_all, failed);
    if (failed)
        throw message::error(CONFIGURATION_STATE, {{"directory", directory.string()}, {"reason", failed.message()}});
}

}  // namespace

configuration read_configuration(const global_flags& flags, const environment_lines& lines) {
    const environment variables(lines);
    const auto flag_or_variable = [&](const std::optional<std::string>& flag, std::string_view variable) {
        return flag ? flag : variables.find(variable);
    };

    configuration result;
    auto& host = result.host;
    host.plugin_roots = default_plugin_roots();
    host.languages = languages_asked_for(lines);
    host.lang_folder = lang_folder_of(lines);
    file_content file;
    if (const auto named = flag_or_variable(flags.configuration_file, "COMMHOST_CONFIG")) {
        if (!fs::exists(*named)) throw message::error(CONFIGURATION_MISSING, {{"file", *named}});
        result.file = *named;
    } else if (fs::exists(packaged_file)) {
        result.file = packaged_file;
    }
    if (!result.file.empty()) file = read_file(result.file, result);

    if (const auto roots = variables.find("COMMHOST_PLUGIN_ROOTS")) {
        host.plugin_roots.clear();
        for (const auto& root : split_at_colons(*roots)) host.plugin_roots.emplace_back(root);
    }
    if (!flags.plugin_roots.empty()) host.plugin_roots.assign(flags.plugin_roots.begin(), flags.plugin_roots.end());
    if (const auto owners = variables.find("COMMHOST_PLUGIN_OWNERS")) {
        host.plugin_owners.clear();
        for (const auto& owner : split_at_colons(*owners)) host.plugin_owners.push_back(user_id(owner));
    }
    if (const auto names = variables.find("COMMHOST_REQUIRED_PLUGINS")) host.required_plugins = split_at_colons(*names);
    if (const auto policy = flag_or_variable(flags.plugin_trust, "COMMHOST_PLUGIN_TRUST"))
        host.plugin_trust.policy = trust_policy_of(*policy);
    if (const auto keys = flag_or_variable(flags.trusted_keys, "COMMHOST_TRUSTED_KEYS")) host.plugin_trust.keys = *keys;
    if (const auto provider = variables.find("COMMHOST_DEFAULT_PROVIDER")) host.default_provider = *provider;
    if (const auto language = variables.find("COMMHOST_LANGUAGE"))
        host.languages = {message::language_of_locale(*language)};
    if (const auto folder = variables.find("COMMHOST_LANG_FOLDER")) host.lang_folder = *folder;
    if (const auto level = flag_or_variable(flags.log_level, "COMMHOST_LOG_LEVEL"))
        host.log.level = service::parse_log_level(*level);
    if (const auto format = flag_or_variable(flags.log_format, "COMMHOST_LOG_FORMAT"))
        host.log.format = service::parse_log_format(*format);
    variables.settings_into(host);

    auto state = file.state_directory.value_or(default_state_directory(variables));
    if (const auto named = variables.find("COMMHOST_STATE_DIRECTORY")) state = *named;
    make_state_directory(state);
    host.key_file = state / "host.key";
    const auto database = flag_or_variable(flags.database, "COMMHOST_DATABASE");
    host.database = database ? *database : file.database.value_or("sqlite:" + (state / "commhost.db").string());
    return result;
}

environment_lines process_environment() {
    environment_lines lines;
    for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable)
        lines.emplace_back(*variable);
    return lines;
}

}  // namespace commhost::cli
