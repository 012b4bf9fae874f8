#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "communication/api.hpp"
#include "directory/change_set.hpp"
#include "directory/stored.hpp"
#include "message/error.hpp"
#include "roster/plan.hpp"
#include "roster/plan_json.hpp"
#include "roster/source.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string source;  ///< A path.
    std::string name = "default";
    std::optional<std::string> provider;
    bool ignore_dates = false;
};

core_communication::room_role role_of(const std::string& word, const std::string& name) {
    using core_communication::room_role;
    for (const auto role : {room_role::member, room_role::moderator, room_role::owner}) {
        if (directory::to_string(role) == name) return role;
    }
    throw message::error(CLI_ROLE, {{"word", word}, {"role", name}});
}

roster::reading reading_of(context& shared, const words& given) {
    roster::reading how;
    for (const auto& [word, role] : shared.configuration().roster_roles) how.roles[word] = role_of(word, role);
    how.ignore_dates = given.ignore_dates;
    return how;
}

roster::plan make_plan(context& shared, const words& given) {
    auto source = roster::read_source(given.source, reading_of(shared, given));
    const auto stored = shared.host().database().transact(
        [&](store::connection& on) { return directory::read_stored(on, given.name); });
    return roster::make_plan(std::move(source), stored, given.name);
}

/// What was wrong with the source goes to stderr, a line each, so that it stands beside the result and not in it.
void tell_problems(const output& out, const roster::plan& plan) {
    for (const auto& each : plan.problems.kept())
        out.note(fmt::format("{}{}", each.left_out ? "left out: " : "note: ", each.text()));
    const auto kept = plan.problems.kept().size();
    const auto all = plan.problems.left_out() + plan.problems.noted();
    if (all > kept) out.note(fmt::format("and {} more of these", all - kept));
}

std::string counted(const roster::change_counts& counts) {
    return fmt::format("{} added, {} changed, {} removed", counts.added, counts.changed, counts.removed);
}

/// How many of the memberships that would be stored put nobody into a room today, because they have ended or not begun.
std::size_t outside_their_dates(const roster::plan& plan, store::milliseconds_utc now) {
    std::size_t count = 0;
    for (const auto* records : {&plan.changes.memberships.inserted, &plan.changes.memberships.updated}) {
        for (const auto& each : *records) {
            if ((each.ends && *each.ends <= now) || (each.begins && *each.begins > now)) ++count;
        }
    }
    return count;
}

void tell_dates(const output& out, const roster::plan& plan, store::milliseconds_utc now) {
    if (const auto count = outside_their_dates(plan, now); count > 0)
        out.note(fmt::format("note: {} {} or not begun yet, so nobody is in a room for {} today (see --ignore-dates)",
                             count, count == 1 ? "membership has ended" : "memberships have ended",
                             count == 1 ? "it" : "them"));
}

void print_plan(const output& out, const roster::plan& plan) {
    out.fields({{"users", counted(plan.users)},
                {"instances", counted(plan.instances)},
                {"memberships", counted(plan.memberships)},
                {"rows left out", std::to_string(plan.problems.left_out())}});
    if (plan.by_instance.empty()) return;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : plan.by_instance)
        rows.push_back({directory::name_of(each.key), each.name,
                        each.change == roster::instance_change::none ? "" : std::string(to_string(each.change)),
                        fmt::format("+{}", each.added.size()), fmt::format("-{}", each.removed.size()),
                        fmt::format("~{}", each.changed.size())});
    out.line("");
    out.table({"INSTANCE", "NAME", "ITSELF", "IN", "OUT", "CHANGED"}, rows);
}

void plan(context& shared, const words& given) {
    const auto found = make_plan(shared, given);
    if (shared.out.json()) {
        roster::write_plan(std::cout, found);
    } else {
        tell_problems(shared.out, found);
        tell_dates(shared.out, found, shared.host().clock().now());
        print_plan(shared.out, found);
    }
    if (!found.empty()) shared.status = exit_status::changes_pending;
}

void apply(context& shared, const words& given) {
    const auto wanted = make_plan(shared, given);
    auto& host = shared.host();
    const auto provider = given.provider.value_or(host.settings().default_provider);
    if (!provider.empty() && host.registry().look().find(provider) == nullptr)
        throw message::error(CLI_PLUGIN_NONE, {{"plugin", provider}});
    const auto now = host.clock().now();
    std::size_t without_room = 0;
    const auto queued = host.database().transact([&](store::connection& on) {
        auto concerned =
            wanted.empty() ? std::vector<directory::instance_id>() : directory::apply(on, wanted.changes, now);
        // And what an earlier apply left without a room, because no provider was named then.
        if (!provider.empty()) {
            const auto left = communication::without_room(on);
            concerned.insert(concerned.end(), left.begin(), left.end());
            std::sort(concerned.begin(), concerned.end());
            concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
        }
        const auto rooms = communication::follow(on, concerned, provider, task::lane::roster, now);
        without_room = communication::without_room(on).size();
        return rooms;
    });
    if (without_room > 0) {
        const message::error why(CLI_NO_PROVIDER, {{"number", std::to_string(without_room)}});
        shared.out.note("note: " + why.text() + " " + why.advice());
    }
    if (shared.out.json()) {
        const auto counts = [](const roster::change_counts& of) {
            return json::object{{"added", of.added}, {"changed", of.changed}, {"removed", of.removed}};
        };
        json::array problems;
        for (const auto& each : wanted.problems.kept()) {
            auto document = to_json(each.code, each.arguments);
            document["place"] = each.place.text();
            document["left_out"] = each.left_out;
            problems.push_back(std::move(document));
        }
        shared.out.document(json::object{{"users", counts(wanted.users)},
                                         {"instances", counts(wanted.instances)},
                                         {"memberships", counts(wanted.memberships)},
                                         {"rows_left_out", wanted.problems.left_out()},
                                         {"memberships_outside_their_dates", outside_their_dates(wanted, now)},
                                         {"problems", std::move(problems)},
                                         {"without_room", without_room},
                                         {"rooms_queued", queued}});
        return;
    }
    tell_problems(shared.out, wanted);
    tell_dates(shared.out, wanted, now);
    print_plan(shared.out, wanted);
    if (wanted.empty() && queued == 0) {
        shared.out.line("nothing to change");
    } else {
        shared.out.line(fmt::format("applied; {} {} queued, 'commhost run' carries it out", queued,
                                    queued == 1 ? "room" : "rooms"));
    }
}

}  // namespace

void add_roster_commands(const command& program, context& shared) {
    const auto rosters = program.subcommand("roster", "Rosters: who is to be in which room");
    const auto given = std::make_shared<words>();
    const auto add = [&](const char* word, const char* purpose) {
        const auto made = rosters.subcommand(word, purpose);
        made.option("SOURCE", given->source, "an OneRoster CSV package (folder or zip) or a JSON document").required();
        made.option("--source-name", given->name, "which source this is, where there are several").with_default();
        made.flag("--ignore-dates", given->ignore_dates, "as if memberships had no begin and no end");
        return made;
    };
    add("plan", "Shows what would change; changes nothing (exit status 2 when something would)")
        .examples({"commhost roster plan export.zip"})
        .runs([given, &shared] { plan(shared, *given); });
    const auto apply_command = add("apply", "Stores what the roster says and queues the rooms that it touches");
    apply_command.option("--provider", given->provider, "for rooms to which the roster gives no provider");
    apply_command.examples({"commhost roster apply export.zip && commhost run --until-idle"}).runs([given, &shared] {
        apply(shared, *given);
    });
}

}  // namespace commhost::cli
