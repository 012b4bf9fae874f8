#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "communication/api.hpp"
#include "directory/change_set.hpp"
#include "directory/stored.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "roster/plan.hpp"
#include "roster/plan_json.hpp"
#include "roster/recorded_apply.hpp"
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
        out.note(message::phrase(each.left_out ? "roster_left_out" : "note", {{"text", each.text()}}));
    const auto kept = plan.problems.kept().size();
    const auto all = plan.problems.left_out() + plan.problems.noted();
    if (all > kept) out.note(message::phrase("roster_more_problems", {{"number", std::to_string(all - kept)}}));
}

std::string counted(const roster::change_counts& counts) {
    return message::phrase("roster_counts", {{"added", std::to_string(counts.added)},
                                             {"changed", std::to_string(counts.changed)},
                                             {"removed", std::to_string(counts.removed)}});
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
        out.note(message::phrase(
            "note", {{"text", message::phrase("roster_outside_dates", {{"number", std::to_string(count)}})}}));
}

void print_plan(const output& out, const roster::plan& plan) {
    out.fields({{"field_users", counted(plan.users)},
                {"field_instances", counted(plan.instances)},
                {"field_memberships", counted(plan.memberships)},
                {"field_rows_left_out", std::to_string(plan.problems.left_out())}});
    if (plan.by_instance.empty()) return;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : plan.by_instance)
        rows.push_back({directory::name_of(each.key), each.name,
                        each.change == roster::instance_change::none
                            ? ""
                            : message::word_of("change", to_string(each.change)) +
                                  (each.picture_changed ? ", " + message::phrase("change_picture") : ""),
                        fmt::format("+{}", each.added.size()), fmt::format("-{}", each.removed.size()),
                        fmt::format("~{}", each.changed.size())});
    out.line("");
    out.table({"heading_instance", "heading_name", "heading_itself", "heading_in", "heading_out", "heading_changed"},
              rows);
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
    if (!provider.empty() && !host.registry().knows(*host.database().borrow(), provider))
        throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", provider}});
    const auto now = host.clock().now();
    std::size_t without_room = 0;
    const auto queued = host.database().transact([&](store::connection& on) {
        auto concerned = roster::apply_recorded(on, wanted.changes, by_admin(), now);
        // And what an earlier apply left without a room, because no provider was named then.
        if (!provider.empty()) {
            const auto left = communication::without_room(on);
            concerned.insert(concerned.end(), left.begin(), left.end());
            std::sort(concerned.begin(), concerned.end());
            concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
        }
        const auto rooms = communication::follow(on, concerned, provider, task::lane::roster, now,
                                                 given.provider ? communication::chosen_by::command
                                                                : communication::chosen_by::configuration);
        without_room = communication::without_room(on).size();
        return rooms;
    });
    if (without_room > 0) {
        const message::error why(CLI_NO_PROVIDER, {{"number", std::to_string(without_room)}});
        shared.out.note(message::phrase("note", {{"text", why.text() + " " + why.advice()}}));
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
        shared.out.line(message::phrase("roster_nothing_to_change"));
    } else {
        shared.out.line(message::phrase("roster_applied", {{"number", std::to_string(queued)}}));
    }
}

}  // namespace

void add_roster_commands(const command& program, context& shared) {
    const auto rosters = program.subcommand("roster", "help_roster");
    const auto given = std::make_shared<words>();
    const auto add = [&](const char* word, const char* purpose) {
        const auto made = rosters.subcommand(word, purpose);
        made.option("SOURCE", given->source, "help_roster_source").required();
        made.option("--source-name", given->name, "help_roster_source_name").with_default();
        made.flag("--ignore-dates", given->ignore_dates, "help_roster_ignore_dates");
        return made;
    };
    add("plan", "help_roster_plan").examples({"commhost roster plan export.zip"}).runs([given, &shared] {
        plan(shared, *given);
    });
    const auto apply_command = add("apply", "help_roster_apply");
    apply_command.option("--provider", given->provider, "help_roster_provider");
    apply_command.examples({"commhost roster apply export.zip && commhost run --until-idle"}).runs([given, &shared] {
        apply(shared, *given);
    });
}

}  // namespace commhost::cli
