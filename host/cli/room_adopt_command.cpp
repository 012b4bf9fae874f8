#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "communication/room_adoption.hpp"
#include "communication/room_rules.hpp"
#include "directory/change_set.hpp"
#include "directory/instance.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/capability.hpp"
#include "plugin/codes.hpp"

#include <boost/json.hpp>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using communication::room;
using communication::unlisted_policy;

struct words {
    std::string instance;
    std::string address;
    std::optional<std::string> provider;
    std::string unlisted;
    std::string why;
    bool none = false;
    bool yes = false;
};

std::optional<room> active_room(store::connection& on, directory::instance_id of) {
    auto rooms = communication::rooms_of(on, of);
    if (rooms.empty() || !rooms.front().active) return std::nullopt;
    return std::move(rooms.front());
}

/// What becomes of people whom the roster does not know: as the command says, else as the room's rules do, else nobody is taken
/// out of a room that others have filled.
unlisted_policy unlisted_after(const communication::room_rules& own, const words& given) {
    for (const auto choice : {unlisted_policy::remove, unlisted_policy::adopt, unlisted_policy::keep})
        if (to_string(choice) == given.unlisted) return choice;
    return own.unlisted.value_or(unlisted_policy::keep);
}

json::value json_of(const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(nullptr); }

json::object adoption_fields(const room& of) { return {{"address", json_of(of.adopt_address)}}; }

/// Looked for before anything is changed: a look at a plugin may take its time, and is none for a transaction.
void require_able(context& shared, const std::string& provider) {
    if (provider.empty() || provider == directory::no_provider) return;  // which room_to_be tells
    const auto plugin = shared.host().registry().find(provider);
    // What one can do that is refused or missing is not known: the room waits for it.
    if (plugin && plugin::is_sound(plugin->state) &&
        !plugin::has(plugin->capabilities, plugin::capability::room_adopt_provider))
        throw message::error(communication::ROOM_ADOPT_UNABLE, {{"provider", provider}});
}

/// Where the instance has its room, or will have it.
std::string provider_of(context& shared, store::connection& on, const directory::instance& instance,
                        const words& given) {
    if (given.provider) {
        if (!shared.host().registry().knows(on, *given.provider))
            throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", *given.provider}});
        return *given.provider;
    }
    if (const auto has = active_room(on, instance.id)) return has->provider;
    return instance.provider.empty() ? shared.host().settings().default_provider : instance.provider;
}

/// Gives the instance a row for its room where it has none, or at the provider that was named.
room room_to_be(context& shared, store::connection& on, const directory::instance& instance, const words& given) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    const auto before = active_room(on, instance.id);
    if (given.provider && (!before || before->provider != *given.provider)) {
        // It would be left, and everybody taken out of it, before it is known whether the other one can be adopted.
        if (before && before->created)
            throw message::error(communication::ROOM_ADOPT_CREATED, {{"room", communication::to_string(before->id)}});
        communication::move_room(on, instance.id, *given.provider, now);
    } else if (!before) {
        communication::follow(on, std::span(&instance.id, 1), host.settings().default_provider, task::lane::interactive,
                              now);
    }
    auto after = active_room(on, instance.id);
    if (!after)
        throw message::error(communication::ROOM_ADOPT_NO_ROOM, {{"instance", directory::name_of(instance.key)}});
    if (given.provider && (!before || before->id != after->id))
        record_room(
            on, *after, "room_switched",
            before_and_after::between({{"provider", before ? before->provider : std::string(directory::no_provider)}},
                                      {{"provider", *given.provider}}),
            given.why, now);
    return *std::move(after);
}

void set_unlisted(store::connection& on, const room& of, unlisted_policy unlisted, const std::string& why,
                  store::milliseconds_utc now) {
    const auto before = communication::change_rules(on, of.instance, [&](communication::room_rules& rules) {
                            rules.unlisted = unlisted;
                        }).before.unlisted;
    if (before == unlisted) return;
    const json::object was{{"unlisted", before ? json::value(std::string(to_string(*before))) : json::value(nullptr)}};
    record_room(on, of, "room_rules_changed", {was, json::object{{"unlisted", std::string(to_string(unlisted))}}}, why,
                now);
}

void tell(const context& shared, const room& of, const directory::instance& instance, const char* phrase,
          unlisted_policy unlisted) {
    const auto number = static_cast<std::int64_t>(of.id);
    if (shared.out.json()) {
        shared.out.document(json::object{{"room", number},
                                         {"instance", directory::name_of(instance.key)},
                                         {"provider", of.provider},
                                         {"adopt", json_of(of.adopt_address)},
                                         {"unlisted", std::string(to_string(unlisted))}});
        return;
    }
    shared.out.line(message::phrase(phrase, {{"room", std::to_string(number)},
                                             {"name", instance.name},
                                             {"address", of.adopt_address.value_or("")},
                                             {"unlisted", std::string(to_string(unlisted))}}));
}

void adopt(context& shared, const words& given) {
    auto& host = shared.host();
    directory::instance instance;
    auto unlisted = unlisted_policy::keep;
    std::string provider;
    {
        const auto on = host.database().borrow();
        instance = communication::find_instance(*on, given.instance);
        unlisted = unlisted_after(communication::find_rules(*on, instance.id), given);
        provider = provider_of(shared, *on, instance, given);
    }
    require_able(shared, provider);
    confirm(message::phrase(
                "room_adopt_question",
                {{"address", given.address}, {"name", instance.name}, {"unlisted", std::string(to_string(unlisted))}}),
            given.yes);
    const auto adopting = host.database().transact([&](store::connection& on) {
        directory::lock_revision(on);  // before the room, as everybody who takes both
        const auto now = host.clock().now();
        auto of = room_to_be(shared, on, instance, given);
        const auto before = adoption_fields(of);
        communication::ask_adoption(on, of, given.address, now);
        set_unlisted(on, of, unlisted, given.why, now);
        of.adopt_address = given.address;
        record_room(on, of, "room_adopt_asked", {before, adoption_fields(of)}, given.why, now);
        return of;
    });
    tell(shared, adopting, instance, "room_adopt_queued", unlisted);
}

void drop(context& shared, const words& given) {
    auto& host = shared.host();
    directory::instance instance;
    auto unlisted = unlisted_policy::keep;
    const auto dropped = host.database().transact([&](store::connection& on) {
        directory::lock_revision(on);
        const auto now = host.clock().now();
        instance = communication::find_instance(on, given.instance);
        unlisted = communication::rules_for(on, instance.id, host.settings().members).unlisted;
        auto of = active_room(on, instance.id);
        if (!of || !communication::drop_adoption(on, *of, now))
            throw message::error(communication::ROOM_ADOPT_NOTHING, {{"instance", directory::name_of(instance.key)}});
        const auto before = adoption_fields(*of);
        of->adopt_address.reset();
        record_room(on, *of, "room_adopt_dropped", {before, adoption_fields(*of)}, given.why, now);
        return *std::move(of);
    });
    tell(shared, dropped, instance, "room_adopt_dropped", unlisted);
}

}  // namespace

void add_room_adopt_command(const command& rooms, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rooms.subcommand("adopt", "help_room_adopt");
    made.option("INSTANCE", given->instance, "help_room_adopt_instance").required();
    const auto address = made.option("ADDRESS", given->address, "help_room_adopt_address");
    made.option("--provider", given->provider, "help_room_adopt_provider");
    made.option("--unlisted", given->unlisted, "help_room_adopt_unlisted").one_of({"keep", "adopt", "remove"});
    made.option("--why", given->why, "help_room_reason").placeholder("TEXT");
    made.flag("--none", given->none, "help_room_adopt_none").excludes(address);
    made.flag("--yes", given->yes, "help_yes");
    made.examples({"commhost room adopt physics-1 '#physics:example.org' --why 'the teachers made it'",
                   "commhost room adopt physics-1 --none"});
    made.runs([given, &shared] {
        if (given->none) return drop(shared, *given);
        if (!communication::is_room_address(given->address)) wrong_usage_of(message::phrase("usage_room_adopt"));
        adopt(shared, *given);
    });
}

}  // namespace commhost::cli
