#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "message/error.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"
#include "worker/removal.hpp"

#include <boost/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct uninstall_words {
    std::string name;
    std::string rooms;
    bool settings_too = false;
};

worker::rooms_fate fate_of(const std::string& word) {
    if (word == "wait") return worker::rooms_fate::wait;
    if (word == "forget") return worker::rooms_fate::forget;
    return worker::rooms_fate::undecided;
}

json::value path_or_null(const std::filesystem::path& path) {
    return path.empty() ? json::value() : json::value(path.string());
}

/// Nothing works any more without a plugin that is required.
std::vector<plugin::problem> notices_of(context& shared, const std::string& name,
                                        const worker::removed_plugin& removed) {
    if (!removed.used_now.empty() || !worker::is_required(shared.host(), name)) return {};
    const auto why = worker::why_not_sound(nullptr, name);
    return {{worker::WORKER_REQUIRED, {{"plugin", name}, {"reason", why->text()}}}};
}

void uninstall(context& shared, const uninstall_words& words) {
    const auto removed =
        worker::uninstall(shared.host(), {words.name, fate_of(words.rooms), words.settings_too, by_admin()});
    const auto notices = notices_of(shared, words.name, removed);
    if (shared.out.json()) {
        shared.out.document(json::object{{"plugin", words.name},
                                         {"folder", path_or_null(removed.folder)},
                                         {"used_now", path_or_null(removed.used_now)},
                                         {"rooms_forgotten", removed.rooms_forgotten},
                                         {"rooms_waiting", removed.rooms_waiting},
                                         {"tasks_dropped", removed.tasks_dropped},
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
    made.examples({"commhost plugin uninstall mychat", "commhost plugin uninstall mychat --rooms forget"});
    made.runs([words, &shared] { uninstall(shared, *words); });
}

}  // namespace commhost::cli
