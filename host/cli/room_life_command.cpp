#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "communication/members.hpp"
#include "communication/room_hold.hpp"
#include "communication/room_removal.hpp"
#include "directory/change_set.hpp"
#include "directory/instance.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/quarantine.hpp"
#include "plugin/registry.hpp"
#include "worker/availability.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using communication::room;

struct words {
    std::string room;
    std::string provider;
    std::string reason;
    bool yes = false;
};

/// The name that people know the room by.
std::string name_of(store::connection& on, const room& of) {
    const auto instance = directory::find_instance(on, of.instance);
    return instance ? instance->name : communication::to_string(of.id);
}

/// The room as it is now. Throws message::error (ROOM_UNKNOWN).
room still_there(store::connection& on, const room& of) {
    auto now = communication::find_room(on, of.id);
    if (!now) throw message::error(communication::ROOM_UNKNOWN, {{"room", communication::to_string(of.id)}});
    return *std::move(now);
}

/// What was done to a room: a line, or the document {"room": 7, "instance": ..., what: true}.
void tell(const context& shared, const room& of, const std::string& name, const char* what, const char* phrase,
          message::arguments values = {}) {
    if (shared.out.json()) {
        shared.out.document(json::object{{"room", static_cast<std::int64_t>(of.id)}, {"name", name}, {what, true}});
        return;
    }
    values.push_back({"room", communication::to_string(of.id)});
    values.push_back({"name", name});
    shared.out.line(message::phrase(phrase, values));
}

json::object hold_fields(const std::optional<communication::room_hold>& hold) {
    if (!hold) return {{"frozen", false}};
    return {{"frozen", true}, {"since", time_json(hold->since)}, {"by", hold->by}, {"reason", hold->reason}};
}

json::object status_fields(communication::room_status status) { return {{"state", to_string(status)}}; }

/// What speaks against the provider's workers now; empty for nothing.
std::string problem_of(worker::host& host, store::connection& on, const std::string& provider) {
    const auto in_force = plugin::quarantines_at(on, host.clock().now());
    const auto problem = worker::why_unavailable(host, host.registry().overview(), in_force, provider);
    return problem ? problem->text() : std::string();
}

/// Asks where people leave a room and are in no other one then, or not before the other provider can be used.
void confirm_move(context& shared, const words& given) {
    auto& host = shared.host();
    const auto on = host.database().borrow();
    const auto instance = communication::find_instance(*on, given.room);
    const auto rooms = communication::rooms_of(*on, instance.id);
    if (rooms.empty() || !rooms.front().active || rooms.front().provider == given.provider) return;
    const auto& room = rooms.front();
    const auto people = communication::known_members(*on, room.id, room.provider);
    const auto leaving = std::count_if(people.begin(), people.end(), [](const auto& each) { return each.synced; });
    if (leaving == 0) return;
    message::arguments values{{"name", instance.name}, {"from", room.provider}, {"number", std::to_string(leaving)}};
    if (given.provider == directory::no_provider)
        return confirm(message::phrase("room_switch_none_question", values), given.yes);
    if (!host.registry().knows(*on, given.provider)) return;  // refused anyway
    const auto problem = problem_of(host, *on, given.provider);
    if (problem.empty()) return;
    values.emplace_back("provider", given.provider);
    values.emplace_back("problem", problem);
    confirm(message::phrase("room_switch_question", values), given.yes);
}

void move(context& shared, const words& given) {
    auto& host = shared.host();
    confirm_move(shared, given);
    const auto moved = host.database().transact([&](store::connection& on) {
        if (given.provider != directory::no_provider && !host.registry().knows(on, given.provider))
            throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", given.provider}});
        directory::lock_revision(on);
        const auto instance = communication::find_instance(on, given.room);
        const auto rooms = communication::rooms_of(on, instance.id);
        const auto now = host.clock().now();
        const auto queued = communication::move_room(on, instance.id, given.provider, now);
        if (rooms.empty()) {
            record_instance(
                on, instance.id, "instance_changed",
                before_and_after::between({{"provider", instance.provider}}, {{"provider", given.provider}}), now);
        } else {
            const auto& was = rooms.front();
            record_room(on, was, "room_switched",
                        before_and_after::between({{"provider", was.active ? was.provider : directory::no_provider}},
                                                  {{"provider", given.provider}}),
                        {}, now);
        }
        return std::pair(instance, queued);
    });
    const auto& [instance, queued] = moved;
    if (shared.out.json()) {
        shared.out.document(json::object{
            {"instance", directory::name_of(instance.key)}, {"provider", given.provider}, {"queued", queued}});
        return;
    }
    shared.out.line(
        message::phrase(given.provider == directory::no_provider ? "room_without_provider" : "room_moved",
                        {{"name", instance.name}, {"provider", given.provider}, {"number", std::to_string(queued)}}));
}

void freeze(context& shared, const words& given) {
    auto& host = shared.host();
    std::string name;
    const auto frozen = host.database().transact([&](store::connection& on) {
        auto found = communication::find_room(on, given.room);
        const auto before = hold_fields(communication::hold_of(on, found.id));
        const communication::room_hold hold{host.clock().now(), login(), given.reason};
        communication::freeze(on, found, hold);
        record_room(on, found, "room_frozen", {before, hold_fields(hold)}, given.reason, host.clock().now());
        name = name_of(on, found);
        return found;
    });
    tell(shared, frozen, name, "frozen", "room_frozen");
}

void thaw(context& shared, const words& given) {
    auto& host = shared.host();
    std::string name;
    const auto thawed = host.database().transact([&](store::connection& on) {
        directory::lock_revision(on);
        auto found = communication::find_room(on, given.room);
        name = name_of(on, found);
        const auto before = hold_fields(communication::hold_of(on, found.id));
        if (!communication::thaw(on, found, host.clock().now()))
            throw message::error(CLI_ROOM_NOT_FROZEN, {{"room", communication::to_string(found.id)}});
        const auto now = host.clock().now();
        record_room(on, found, "room_thawed", {before, hold_fields(std::nullopt)}, {}, now);
        // Such as a room that was never made, whose class has ended or is hidden: there is nothing that it could go on with.
        communication::follow(on, std::span(&found.instance, 1), host.settings().default_provider,
                              task::lane::interactive, now);
        return found;
    });
    tell(shared, thawed, name, "thawed", "room_thawed");
}

void purge(context& shared, const words& given) {
    auto& host = shared.host();
    const auto found = communication::find_room(*host.database().borrow(), given.room);
    const auto name = name_of(*host.database().borrow(), found);
    const auto refuse = [&](const room& as) {
        if (as.active) throw message::error(communication::ROOM_ACTIVE, {{"room", communication::to_string(as.id)}});
        throw message::error(communication::ROOM_FROZEN, {{"room", communication::to_string(as.id)}});
    };
    if (found.active || found.status == communication::room_status::held) refuse(found);
    confirm(
        message::phrase("room_purge_question",
                        {{"room", communication::to_string(found.id)}, {"name", name}, {"provider", found.provider}}),
        given.yes);
    host.database().transact([&](store::connection& on) {
        if (communication::begin_purge(on, found, host.clock().now()))
            return record_room(on, found, "room_purge_asked",
                               {status_fields(found.status), status_fields(communication::room_status::deleting)}, {},
                               host.clock().now());
        refuse(still_there(on, found));
    });
    tell(shared, found, name, "purge_queued", "room_purge_queued");
}

void forget(context& shared, const words& given) {
    auto& host = shared.host();
    const auto found = communication::find_room(*host.database().borrow(), given.room);
    const auto name = name_of(*host.database().borrow(), found);
    if (found.active) throw message::error(communication::ROOM_ACTIVE, {{"room", communication::to_string(found.id)}});
    confirm(
        message::phrase("room_forget_question",
                        {{"room", communication::to_string(found.id)}, {"name", name}, {"provider", found.provider}}),
        given.yes);
    host.database().transact([&](store::connection& on) {
        if (still_there(on, found).active)
            throw message::error(communication::ROOM_ACTIVE, {{"room", communication::to_string(found.id)}});
        communication::forget_room(on, found);
        record_room(on, found, "room_forgotten", {status_fields(found.status), std::nullopt}, {}, host.clock().now());
    });
    tell(shared, found, name, "forgotten", "room_forgotten");
}

}  // namespace

void add_room_life_commands(const command& rooms, context& shared) {
    const auto given = std::make_shared<words>();
    const auto add = [&](const char* word, const char* purpose) {
        const auto made = rooms.subcommand(word, purpose);
        made.option("ROOM", given->room, "help_room_name").required();
        return made;
    };
    const auto moves = add("switch", "help_room_switch");
    moves.option("PROVIDER", given->provider, "help_room_switch_provider").required();
    moves.flag("--yes", given->yes, "help_yes");
    moves.examples({"commhost room switch physics-1 matrix", "commhost room switch physics-1 none --yes"});
    moves.runs([given, &shared] { move(shared, *given); });

    const auto freezes = add("freeze", "help_room_freeze");
    freezes.option("--reason", given->reason, "help_room_reason").placeholder("TEXT");
    freezes.examples({"commhost room freeze physics-1 --reason 'exam until Friday'"});
    freezes.runs([given, &shared] { freeze(shared, *given); });

    add("thaw", "help_room_thaw").examples({"commhost room thaw physics-1"}).runs([given, &shared] {
        thaw(shared, *given);
    });

    const auto purges = add("purge", "help_room_purge");
    purges.flag("--yes", given->yes, "help_yes");
    purges.examples({"commhost room purge 17 --yes"}).runs([given, &shared] { purge(shared, *given); });

    const auto forgets = add("forget", "help_room_forget");
    forgets.flag("--yes", given->yes, "help_yes");
    forgets.examples({"commhost room forget 17 --yes"}).runs([given, &shared] { forget(shared, *given); });
}

}  // namespace commhost::cli
