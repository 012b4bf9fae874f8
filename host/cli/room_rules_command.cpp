#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "communication/room_rules.hpp"
#include "directory/instance.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/capability.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using communication::left_policy;
using communication::unlisted_policy;

constexpr std::string_view as_configured = "default";

struct words {
    std::string room;
    std::string unlisted;
    std::string left;
    std::string ended;
    std::vector<std::string> exempt;
    bool no_exempt = false;

    bool changes() const {
        return !unlisted.empty() || !left.empty() || !ended.empty() || !exempt.empty() || no_exempt;
    }
};

/// Leaves the rule as it is where nothing was said.
template <class Choice, std::size_t Count>
void take(std::optional<Choice>& rule, const std::string& word, const std::array<Choice, Count>& choices) {
    if (word == as_configured) rule.reset();
    for (const auto choice : choices) {
        if (to_string(choice) == word) rule = choice;
    }
}

communication::room_rules changed(communication::room_rules rules, const words& given) {
    take(rules.unlisted, given.unlisted,
         std::array{unlisted_policy::remove, unlisted_policy::keep, unlisted_policy::adopt});
    take(rules.left, given.left, std::array{left_policy::add_again, left_policy::respect});
    take(rules.ended, given.ended, communication::every_ended_policy);
    if (given.no_exempt) rules.exempt.clear();
    if (!given.exempt.empty()) rules.exempt = given.exempt;
    return rules;
}

template <class Choice>
json::value to_json(const std::optional<Choice>& own) {
    return own ? json::value(std::string(to_string(*own))) : json::value(nullptr);
}

/// As the audit shows them.
json::object fields_of(const communication::room_rules& own) {
    json::array exempt;
    for (const auto& pattern : own.exempt) exempt.emplace_back(pattern);
    return {{"unlisted", to_json(own.unlisted)},
            {"left", to_json(own.left)},
            {"ended", to_json(own.ended)},
            {"exempt", std::move(exempt)}};
}

void print(const context& shared, const directory::instance& instance, const communication::room_rules& own,
           const communication::policy& valid) {
    json::array exempt;
    std::string exempt_text;
    for (const auto& pattern : valid.exempt) {
        exempt.emplace_back(pattern);
        exempt_text += (exempt_text.empty() ? "" : ", ") + pattern;
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"instance", directory::name_of(instance.key)},
                                         {"unlisted", std::string(to_string(valid.unlisted))},
                                         {"left", std::string(to_string(valid.left))},
                                         {"ended", std::string(to_string(valid.ended))},
                                         {"exempt", std::move(exempt)},
                                         {"own", json::object{{"unlisted", to_json(own.unlisted)},
                                                              {"left", to_json(own.left)},
                                                              {"ended", to_json(own.ended)}}}});
        return;
    }
    const auto said = [](std::string text, bool here) {
        return here ? text : message::phrase("rule_as_configured", {{"text", std::move(text)}});
    };
    shared.out.fields(
        {{"field_instance", directory::name_of(instance.key)},
         {"field_name", instance.name},
         {"field_unlisted",
          said(message::word_of("rule_unlisted", to_string(valid.unlisted)), own.unlisted.has_value())},
         {"field_left", said(message::word_of("rule_left", to_string(valid.left)), own.left.has_value())},
         {"field_ended", said(message::word_of("rule_ended", to_string(valid.ended)), own.ended.has_value())},
         {"field_exempt", exempt_text.empty() ? "-" : exempt_text}});
}

void rules(context& shared, const words& given) {
    auto& host = shared.host();
    directory::instance instance;
    communication::room_rules own;
    communication::policy valid;
    std::string provider;
    host.database().transact([&](store::connection& on) {
        const auto room = communication::find_room(on, given.room);
        instance = directory::find_instance(on, room.instance).value();
        provider = room.provider;
        own = communication::find_rules(on, instance.id);
        if (given.changes()) {
            const auto before = fields_of(own);
            own = changed(own, given);
            communication::set_rules(on, instance.id, own);
            record_room(on, room, "room_rules_changed", before_and_after::between(before, fields_of(own)), {},
                        host.clock().now());
            const std::array tasks{communication::reconcile_task({room.id, room.provider}, task::lane::interactive)};
            task::queue::enqueue(on, tasks, host.clock().now());
        }
        valid = communication::rules_for(on, instance.id, host.settings().members);
    });
    print(shared, instance, own, valid);
    if (valid.ended != communication::ended_policy::archive &&
        valid.ended != communication::ended_policy::archive_empty)
        return;
    const auto plugin = host.registry().find(provider);
    if (plugin && !plugin::has(plugin->capabilities, plugin::capability::room_archive_provider))
        shared.out.note(message::error(communication::ROOM_ARCHIVE_OPEN, {{"provider", provider}}).text());
}

}  // namespace

void add_room_rules_command(const command& rooms, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rooms.subcommand("rules", "help_room_rules");
    made.option("ROOM", given->room, "help_room_name").required();
    made.option("--unlisted", given->unlisted, "help_room_rules_unlisted")
        .one_of({"remove", "keep", "adopt", "default"});
    made.option("--left", given->left, "help_room_rules_left").one_of({"add_again", "respect", "default"});
    made.option("--ended", given->ended, "help_room_rules_ended")
        .one_of({"keep", "archive", "archive_empty", "purge", "default"});
    const auto exempt = made.option("--exempt", given->exempt, "help_room_rules_exempt").placeholder("PATTERN");
    made.flag("--no-exempt", given->no_exempt, "help_room_rules_no_exempt").excludes(exempt);
    made.examples(
        {"commhost room rules physics-1", "commhost room rules physics-1 --unlisted adopt --exempt '@bot-*'"});
    made.runs([given, &shared] { rules(shared, *given); });
}

}  // namespace commhost::cli
