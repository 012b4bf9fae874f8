#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "cli/switched_off.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"
#include "worker/removal.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct uninstall_words {
    std::string name;
    std::string rooms;
    bool settings_too = false;
    bool yes = false;
};

worker::rooms_fate fate_of(const std::string& word) {
    if (word == "wait") return worker::rooms_fate::wait;
    if (word == "forget") return worker::rooms_fate::forget;
    return worker::rooms_fate::undecided;
}

json::value path_or_null(const std::filesystem::path& path) {
    return path.empty() ? json::value() : json::value(path.string());
}

/// Those that needed it are refused, and nothing works any more without a plugin that is required.
std::vector<plugin::problem> notices_of(context& shared, const std::string& name,
                                        const worker::removed_plugin& removed) {
    if (!removed.used_now.empty()) return {};
    std::vector<plugin::problem> notices;
    if (!removed.refused.empty())
        notices.emplace_back(plugin::PLUGIN_UNINSTALL_DEPENDENTS,
                             message::arguments{{"plugin", name},
                                                {"number", std::to_string(removed.refused.size())},
                                                {"refused", fmt::format("{}", fmt::join(removed.refused, ", "))},
                                                {"done", "yes"}});
    auto down = removed.refused;
    down.insert(down.begin(), name);
    const auto found = removed.refused.empty() ? plugin::plugin_set{} : shared.host().registry().overview();
    for (auto& each : required_among(shared.host(), found, down)) notices.push_back(std::move(each));
    return notices;
}

void uninstall(context& shared, const uninstall_words& words) {
    const auto removed =
        worker::uninstall(shared.host(), {words.name, fate_of(words.rooms), words.settings_too, words.yes, by_admin()});
    const auto notices = notices_of(shared, words.name, removed);
    if (!notices.empty()) shared.status = exit_status::changes_pending;  // others stop, as with disable
    if (shared.out.json()) {
        shared.out.document(json::object{{"plugin", words.name},
                                         {"folder", path_or_null(removed.folder)},
                                         {"used_now", path_or_null(removed.used_now)},
                                         {"rooms_forgotten", removed.rooms_forgotten},
                                         {"rooms_waiting", removed.rooms_waiting},
                                         {"tasks_dropped", removed.tasks_dropped},
                                         {"refused", json::array(removed.refused.begin(), removed.refused.end())},
                                         {"settings_forgotten", words.settings_too},
                                         {"notices", cli::to_json(notices)}});
        return;
    }
    const auto say = [&](const char* key, std::int64_t number = 0) {
        shared.out.line(message::phrase(key, {{"plugin", words.name},
                                              {"folder", removed.folder.string()},
                                              {"other", removed.used_now.string()},
                                              {"number", std::to_string(number)},
                                              {"tasks", std::to_string(removed.tasks_dropped)}}));
    };
    say(removed.folder.empty() ? "plugin_uninstall_forgotten" : "plugin_uninstall_done");
    if (removed.rooms_waiting > 0) say("plugin_uninstall_waiting", removed.rooms_waiting);
    if (removed.rooms_forgotten > 0) say("plugin_uninstall_rooms", removed.rooms_forgotten);
    if (!removed.used_now.empty()) say("plugin_uninstall_other");
    print_problems(shared.out, notices);
}

}  // namespace

void add_uninstall_command(const command& plugins, context& shared) {
    const auto words = std::make_shared<uninstall_words>();
    const auto made = plugins.subcommand("uninstall", "help_plugin_uninstall");
    made.option("NAME", words->name, "help_plugin_name").required();
    made.option("--rooms", words->rooms, "help_plugin_uninstall_rooms").one_of({"wait", "forget"});
    made.flag("--settings-too", words->settings_too, "help_plugin_uninstall_settings");
    made.flag("--yes", words->yes, "help_plugin_uninstall_yes");
    made.examples({"commhost plugin uninstall mychat", "commhost plugin uninstall mychat --rooms forget"});
    made.runs([words, &shared] { uninstall(shared, *words); });
}

}  // namespace commhost::cli
