#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "communication/room_rules.hpp"
#include "directory/change_set.hpp"
#include "directory/instance.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/capability.hpp"

#include <boost/json.hpp>

#include <array>
#include <memory>
#include <optional>
#include <set>
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

void change(communication::room_rules& rules, const words& given) {
    take(rules.unlisted, given.unlisted,
         std::array{unlisted_policy::remove, unlisted_policy::keep, unlisted_policy::adopt});
    take(rules.left, given.left, std::array{left_policy::add_again, left_policy::respect});
    take(rules.ended, given.ended, communication::every_ended_policy);
    if (given.no_exempt) rules.exempt.clear();
    if (!given.exempt.empty()) rules.exempt = given.exempt;
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

/// The rules of one instance, and where each comes from.
struct found_rules {
    directory::instance instance;
    communication::room_rules own;
    std::optional<directory::instance> course;  ///< Whose rules hold for its groups' rooms.
    communication::room_rules of_course;
    communication::policy valid;
};

json::object words_of(const communication::room_rules& said) {
    return {{"unlisted", to_json(said.unlisted)}, {"left", to_json(said.left)}, {"ended", to_json(said.ended)}};
}

json::value course_json(const found_rules& found) {
    if (!found.course) return nullptr;
    auto document = words_of(found.of_course);
    document["instance"] = directory::name_of(found.course->key);
    return document;
}

void print(const context& shared, const found_rules& found) {
    const auto& valid = found.valid;
    json::array exempt;
    std::string exempt_text;
    for (const auto& pattern : valid.exempt) {
        exempt.emplace_back(pattern);
        exempt_text += (exempt_text.empty() ? "" : ", ") + pattern;
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"instance", directory::name_of(found.instance.key)},
                                         {"unlisted", std::string(to_string(valid.unlisted))},
                                         {"left", std::string(to_string(valid.left))},
                                         {"ended", std::string(to_string(valid.ended))},
                                         {"exempt", std::move(exempt)},
                                         {"own", words_of(found.own)},
                                         {"course", course_json(found)}});
        return;
    }
    const auto said = [&](std::string text, bool here, bool by_course) {
        if (here) return text;
        if (by_course)
            return message::phrase("rule_as_course", {{"text", std::move(text)}, {"course", found.course->name}});
        return message::phrase("rule_as_configured", {{"text", std::move(text)}});
    };
    const auto& own = found.own;
    const auto& of_course = found.of_course;
    shared.out.fields({{"field_instance", directory::name_of(found.instance.key)},
                       {"field_name", found.instance.name},
                       {"field_unlisted", said(message::word_of("rule_unlisted", to_string(valid.unlisted)),
                                               own.unlisted.has_value(), of_course.unlisted.has_value())},
                       {"field_left", said(message::word_of("rule_left", to_string(valid.left)), own.left.has_value(),
                                           of_course.left.has_value())},
                       {"field_ended", said(message::word_of("rule_ended", to_string(valid.ended)),
                                            own.ended.has_value(), of_course.ended.has_value())},
                       {"field_exempt", exempt_text.empty() ? "-" : exempt_text}});
}

/// A course whose groups have the rooms may have none itself.
void record_change(store::connection& on, directory::instance_id of, const before_and_after& what,
                   store::milliseconds_utc now) {
    const auto rooms = communication::rooms_of(on, of);
    if (rooms.empty()) return record_instance(on, of, "room_rules_changed", what, now);
    record_room(on, rooms.front(), "room_rules_changed", what, {}, now);
}

void rules(context& shared, const words& given) {
    auto& host = shared.host();
    found_rules found;
    std::set<std::string> providers;
    host.database().transact([&](store::connection& on) {
        if (given.changes()) directory::lock_revision(on);
        found.instance = communication::find_instance(on, given.room);
        if (given.changes()) {
            const auto rules = communication::change_rules(on, found.instance.id,
                                                           [&](communication::room_rules& own) { change(own, given); });
            record_change(on, found.instance.id,
                          before_and_after::between(fields_of(rules.before), fields_of(rules.after)),
                          host.clock().now());
            communication::look_again(on, found.instance.id, host.clock().now());
        }
        found.own = communication::find_rules(on, found.instance.id);
        found.course = directory::find_course(on, found.instance.id);
        if (found.course) found.of_course = communication::find_rules(on, found.course->id);
        found.valid = communication::rules_for(on, found.instance.id, host.settings().members);
        providers.clear();
        for (const auto& room : communication::rooms_by(on, found.instance.id)) providers.insert(room.provider);
    });
    print(shared, found);
    if (found.valid.ended != communication::ended_policy::archive &&
        found.valid.ended != communication::ended_policy::archive_empty)
        return;
    for (const auto& provider : providers) {
        const auto plugin = host.registry().find(provider);
        if (plugin && plugin::is_sound(plugin->state) &&
            !plugin::has(plugin->capabilities, plugin::capability::room_archive_provider))
            shared.out.note(message::error(communication::ROOM_ARCHIVE_OPEN, {{"provider", provider}}).text());
    }
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
