#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/roster_application.hpp"
#include "cli/shown_brake.hpp"
#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"
#include "roster/cause.hpp"
#include "roster/codes.hpp"
#include "roster/held.hpp"
#include "roster/inverse.hpp"
#include "roster/last_read.hpp"
#include "roster/plan.hpp"
#include "roster/plan_json.hpp"
#include "roster/source.hpp"
#include "roster/undo.hpp"
#include "text/ascii.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

constexpr const char* default_source = "default";

/// In the place of a room role: the roster's role stands for a guest.
constexpr std::string_view guest = "guest";

struct words {
    std::string source;  ///< A path.
    std::optional<std::string> name;
    std::optional<std::string> output;
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
    for (const auto& [word, role] : shared.configuration().roster_roles) {
        if (role == guest) {
            how.guests.insert(text::lower(word));
        } else {
            how.roles[word] = role_of(word, role);
        }
    }
    if (const auto& roles = shared.configuration().in_all_groups) how.all_groups.emplace(roles->begin(), roles->end());
    how.ignore_dates = given.ignore_dates;
    return how;
}

/// A plan and what the brake makes of it, now.
struct planned {
    roster::plan plan;
    directory_side side;
    roster::braked taken;
};

/// A mistyped provider is no reason to leave the room that is there.
void check_providers(context& shared, roster::roster& source) {
    auto& host = shared.host();
    const auto on = host.database().borrow();
    std::map<std::string, bool, std::less<>> known{{"", true}, {std::string(directory::no_provider), true}};
    for (auto& [record, from, removed] : source.instances) {
        if (!record.provider) continue;
        const auto found = known.find(*record.provider);
        const bool is_known = found != known.end() ? found->second : host.registry().knows(*on, *record.provider);
        known.emplace(*record.provider, is_known);
        if (is_known) continue;
        source.problems.add({roster::ROSTER_PROVIDER,
                             source.where(from),
                             {{"provider", *record.provider}, {"instance", record.key.external_id}},
                             false});
        record.provider.reset();
    }
}

planned make_plan(context& shared, const words& given) {
    const auto name = given.name.value_or(default_source);
    if (name.starts_with('@')) wrong_usage_of(message::phrase("usage_source_name"));
    auto source = roster::read_source(given.source, reading_of(shared, given));
    check_providers(shared, source);
    const auto now = shared.host().clock().now();
    auto side = read_side(shared, name);
    auto digest = roster::digest_of(given.source);
    const roster::planning how{shared.configuration().removals.absent, now, side.held ? &*side.held : nullptr,
                               side.last_read == digest, shared.configuration().group_rooms};
    auto plan = roster::make_plan(std::move(source), side.stored, name, how);
    plan.from = {side.database, std::filesystem::path(given.source).lexically_normal().filename().string(),
                 std::move(digest), now};
    auto taken = brake(shared, plan.changes, side, now);
    return {std::move(plan), std::move(side), std::move(taken)};
}

/// One that was written to a file, for the directory as it was then.
planned read_plan(context& shared, const words& given) {
    if (given.name) wrong_usage_of(message::phrase("usage_plan_source", {{"flag", "--source-name"}}));
    if (given.ignore_dates) wrong_usage_of(message::phrase("usage_plan_source", {{"flag", "--ignore-dates"}}));
    auto plan = roster::read_plan_file(given.source);
    auto side = read_side(shared, plan.changes.source);
    if (plan.from.database != side.database)
        throw message::error(roster::ROSTER_PLAN_DATABASE, {{"file", given.source}});
    if (plan.changes.revision != side.stored.revision) throw message::error(directory::DIRECTORY_MOVED);
    auto taken = brake(shared, plan.changes, side, shared.host().clock().now());
    return {std::move(plan), std::move(side), std::move(taken)};
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
    if (plan.guests > 0) out.line(message::phrase("roster_guests", {{"number", std::to_string(plan.guests)}}));
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
    const auto write = [&](std::ostream& to) { roster::write_plan(to, found.plan, found.taken); };
    if (given.output) write_document(given.output, write);
    if (shared.out.json()) write_document({}, write);
    if (!shared.out.json()) {
        tell_problems(shared.out, found.plan);
        tell_dates(shared.out, found.plan, shared.host().clock().now());
        print_plan(shared.out, found.plan);
        if (found.taken.closed_accounts > 0)
            shared.out.line(
                message::phrase("roster_accounts_leave", {{"number", std::to_string(found.taken.closed_accounts)}}));
        print_held(shared.out, "roster_would_hold", found.taken);
        if (given.output) shared.out.line(message::phrase("roster_plan_written", {{"file", *given.output}}));
    }
    if (!found.plan.empty()) shared.status = exit_status::changes_pending;
}

/// Something waits for an admin.
void tell_held(const output& out, const roster::braked& taken, roster::held_id id) {
    const auto number = std::to_string(static_cast<std::int64_t>(id));
    const message::error why(roster::ROSTER_HELD,
                             {{"number", std::to_string(taken.held_removals)},
                              {"all", std::to_string(taken.removals)},
                              {"id", number},
                              {"because", message::phrase(taken.until ? "held_for_pause" : "held_for_limit",
                                                          {{"until", time_text(taken.until)}})}});
    out.note(message::phrase("note", {{"text", why.text() + " " + why.advice()}}));
}

void apply(context& shared, const words& given) {
    auto& host = shared.host();
    const auto found = roster::format_of(given.source) == roster::source_format::plan ? read_plan(shared, given)
                                                                                      : make_plan(shared, given);
    const auto& [wanted, side, taken] = found;
    const auto rooms = room_choice_of(shared, given.provider);
    const auto now = host.clock().now();
    const auto inverse = roster::inverse_of(taken.applied, side.stored);
    auto by = by_admin();
    by.cause = wanted.from.plan.empty() ? roster::import_cause() : roster::plan_cause(wanted.from.plan);
    std::optional<roster::held_id> held;
    const auto done = host.database().transact([&](store::connection& on) {
        // Also where nothing is applied: what is held is held of the directory that was compared with.
        if (directory::lock_revision(on) != side.stored.revision) throw message::error(directory::DIRECTORY_MOVED);
        roster::before_apply before{roster::pending_of(on, taken.applied.source), {}};
        if (wanted.complete) before.read = roster::last_complete_read(on, taken.applied.source).value_or("");
        auto all = apply_changes(on, taken.applied, inverse, rooms, by, now, before);
        // One of which everything is held is taken back like another.
        if (taken.applied.empty() && !taken.held.empty()) roster::keep_undo(on, {now, by.cause, before, inverse});
        held = roster::replace_held(on, taken, side.stored, now);
        by.cause = all.cause;
        if (held) record_source(on, taken.applied.source, "removals_held", by, now);
        if (wanted.complete) roster::keep_complete_read(on, taken.applied.source, wanted.from.digest, now);
        return all;
    });
    if (held) shared.status = exit_status::changes_pending;
    tell_without_room(shared.out, done.without_room);
    tell_not_kept(shared.out, done.pictures_not_kept);
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
                                         {"guests", wanted.guests},
                                         {"rows_left_out", wanted.problems.left_out()},
                                         {"memberships_outside_their_dates", outside_their_dates(wanted, now)},
                                         {"problems", std::move(problems)},
                                         {"held", held ? json::value(held_json(taken, held)) : json::value()},
                                         {"without_room", done.without_room},
                                         {"rooms_queued", done.queued}});
        return;
    }
    tell_problems(shared.out, wanted);
    tell_dates(shared.out, wanted, now);
    print_plan(shared.out, wanted);
    print_held(shared.out, "roster_would_hold", taken);
    if (wanted.empty() && done.queued == 0) {
        shared.out.line(message::phrase("roster_nothing_to_change"));
    } else {
        shared.out.line(message::phrase("roster_applied", {{"number", std::to_string(done.queued)}}));
    }
    if (held) tell_held(shared.out, taken, *held);
}

}  // namespace

void add_roster_commands(const command& program, context& shared) {
    const auto rosters = program.subcommand("roster", "help_roster");
    const auto given = std::make_shared<words>();
    const auto add = [&](const char* word, const char* purpose) {
        const auto made = rosters.subcommand(word, purpose);
        made.option("SOURCE", given->source, "help_roster_source").required();
        made.option("--source-name", given->name, "help_roster_source_name").placeholder("NAME");
        made.flag("--ignore-dates", given->ignore_dates, "help_roster_ignore_dates");
        return made;
    };
    const auto plan_command = add("plan", "help_roster_plan");
    plan_command.option("--output", given->output, "help_roster_output").placeholder("FILE");
    plan_command.examples({"commhost roster plan export.zip --output plan.json"}).runs([given, &shared] {
        plan(shared, *given);
    });
    const auto apply_command = add("apply", "help_roster_apply");
    apply_command.option("--provider", given->provider, "help_roster_provider");
    apply_command.examples({"commhost roster apply export.zip && commhost run --until-idle"}).runs([given, &shared] {
        apply(shared, *given);
    });
    add_roster_held_commands(rosters, shared);
    add_roster_merge_commands(rosters, shared);
    add_roster_undo_command(rosters, shared);
    add_roster_export_command(rosters, shared);
}

}  // namespace commhost::cli
