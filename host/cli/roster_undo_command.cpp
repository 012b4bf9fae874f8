#include "cli/actor.hpp"
#include "cli/cause_words.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "cli/roster_application.hpp"
#include "cli/shown_brake.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"
#include "roster/cause.hpp"
#include "roster/codes.hpp"
#include "roster/inverse.hpp"
#include "roster/last_read.hpp"
#include "roster/undo.hpp"

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string source = "default";
    std::optional<std::string> provider;
    bool dry_run = false;
    bool yes = false;
};

/// What would be taken back, with what it means for the rooms as they are now.
struct taking_back {
    roster::undo last;
    roster::undone_counts counts;
    roster::braked taken;
    directory_side side;
    std::optional<roster::held_removals> pending;  ///< Held by what is taken back.
    std::optional<roster::held_removals> before;   ///< Held until then, and again afterwards.
};

/// The first few of them.
std::string named(const std::vector<std::string>& moved) {
    constexpr std::size_t most = 5;
    std::string names;
    for (std::size_t index = 0; index < moved.size() && index < most; ++index)
        names += (names.empty() ? "'" : ", '") + moved[index] + "'";
    return names;
}

void refuse_moved(store::connection& on, const std::string& source, const roster::undo& last) {
    if (const auto moved = roster::moved_since(on, last); !moved.empty())
        throw message::error(roster::ROSTER_UNDO_MOVED,
                             {{"source", source}, {"number", std::to_string(moved.size())}, {"names", named(moved)}});
}

taking_back look(context& shared, const std::string& source, store::milliseconds_utc now) {
    taking_back found;
    shared.host().database().transact([&](store::connection& on) {
        found.last = roster::find_undo(on, source);
        refuse_moved(on, source, found.last);
        const auto pending = roster::pending_of(on, source);
        if (pending && pending != found.last.before.held) found.pending = roster::find_held(on, *pending);
        if (found.last.before.held) found.before = roster::find_laid_aside(on, *found.last.before.held);
    });
    found.side = read_side(shared, source);
    found.counts = roster::counts_of(found.last, found.side.stored);
    found.taken = brake(shared, found.last.changes, found.side, now);
    return found;
}

std::string counted(const roster::change_counts& counts) {
    return message::phrase("roster_counts", {{"added", std::to_string(counts.added)},
                                             {"changed", std::to_string(counts.changed)},
                                             {"removed", std::to_string(counts.removed)}});
}

std::string what_of(const taking_back& found) {
    return cause_in_words(found.last.cause.empty() ? roster::import_cause() : found.last.cause);
}

/// In sentences: what it is, what it had done, and what taking it back does to rooms and to what is held.
std::string told(const taking_back& found) {
    auto text = message::phrase(
        "roster_undo_what",
        {{"what", what_of(found)}, {"time", time_text(found.last.at)}, {"source", found.last.changes.source}});
    const auto add = [&](const std::string& sentence) { text += " " + sentence; };
    if (found.last.changes.empty()) {
        add(message::phrase("roster_undo_nothing_applied"));
    } else {
        add(message::phrase("roster_undo_counts", {{"users", counted(found.counts.users)},
                                                   {"instances", counted(found.counts.instances)},
                                                   {"memberships", counted(found.counts.memberships)}}));
    }
    if (found.taken.removals > 0)
        add(message::phrase("roster_undo_removals", {{"number", std::to_string(found.taken.removals)},
                                                     {"members", std::to_string(found.taken.members)}}));
    if (found.taken.closed_accounts > 0)
        add(message::phrase("roster_accounts_leave", {{"number", std::to_string(found.taken.closed_accounts)}}));
    if (found.taken.until) {
        add(message::phrase("roster_undo_pause", {{"until", time_text(found.taken.until)}}));
    } else if (found.taken.held_removals > 0) {
        add(message::phrase("roster_undo_above", {{"number", std::to_string(found.taken.held_removals)}}));
    }
    if (found.pending) add(message::phrase("roster_undo_drops", {{"number", std::to_string(found.pending->removals)}}));
    if (found.before) add(message::phrase("roster_undo_again", {{"number", std::to_string(found.before->removals)}}));
    return text;
}

json::object document_of(const taking_back& found) {
    const auto counts = [](const roster::change_counts& of) {
        return json::object{{"added", of.added}, {"changed", of.changed}, {"removed", of.removed}};
    };
    const auto above = held_json(found.taken, {});
    return {{"source", found.last.changes.source},
            {"at", time_json(found.last.at)},
            {"cause", found.last.cause},
            {"users", counts(found.counts.users)},
            {"instances", counts(found.counts.instances)},
            {"memberships", counts(found.counts.memberships)},
            {"removals", json::object{{"members", found.taken.members},
                                      {"removed", found.taken.removals},
                                      {"above_limits", found.taken.held_removals},
                                      {"accounts", found.taken.closed_accounts},
                                      {"rooms", above.at("rooms")}}},
            {"held_dropped", found.pending ? found.pending->removals : 0},
            {"held_again", found.before ? found.before->removals : 0}};
}

void show(context& shared, const taking_back& found) {
    shared.status = exit_status::changes_pending;
    if (shared.out.json()) return shared.out.document(document_of(found));
    shared.out.line(told(found));
    print_held(shared.out, "roster_undo_above_rooms", found.taken);
}

/// Just what was looked at: what an import has changed since then is not undone with it.
queued_rooms take_back(store::connection& on, taking_back found, const room_choice& rooms,
                       store::milliseconds_utc now) {
    auto& [last, counts, taken, side, pending, before] = found;
    const auto source = last.changes.source;
    const bool same = directory::lock_revision(on) == side.stored.revision;
    const auto present = roster::find_undo(on, source);
    if (!same || present.at != last.at || present.cause != last.cause) throw message::error(directory::DIRECTORY_MOVED);
    refuse_moved(on, source, last);
    auto by = by_admin();
    by.cause = roster::undo_cause(last.cause.empty() ? roster::import_cause() : last.cause);
    // What takes this back in turn: so an undo is undone.
    auto again = roster::inverse_of(last.changes, side.stored);
    last.changes.revision = side.stored.revision;
    roster::before_apply now_standing{pending ? std::optional(pending->id) : std::nullopt, {}};
    if (last.before.read) {
        now_standing.read = roster::last_complete_read(on, source).value_or("");
        roster::keep_complete_read(on, source, *last.before.read, now);
    }
    auto done = apply_changes(on, last.changes, again, rooms, by, now, now_standing);
    if (last.changes.empty()) roster::keep_undo(on, {now, by.cause, now_standing, std::move(again)});
    const auto held =
        roster::undo_held(on, source, last.before.held, {roster::held_decision::undone, login(), {}, now});
    if (held.dropped) record_source(on, source, "removals_undone", by, now);
    if (held.again) record_source(on, source, "removals_held", by, now);
    return done;
}

void undo(context& shared, const words& given) {
    auto& host = shared.host();
    const auto rooms = room_choice_of(shared, given.provider);
    const auto found = look(shared, given.source, host.clock().now());
    if (given.dry_run) return show(shared, found);
    confirm(told(found), given.yes);
    const auto now = host.clock().now();  // the answer may have taken its time
    const auto done = host.database().transact([&](store::connection& on) { return take_back(on, found, rooms, now); });
    tell_without_room(shared.out, done.without_room);
    tell_not_kept(shared.out, done.pictures_not_kept);
    if (shared.out.json()) {
        auto document = document_of(found);
        document["undone"] = time_json(found.last.at);
        document["without_room"] = done.without_room;
        document["rooms_queued"] = done.queued;
        return shared.out.document(document);
    }
    shared.out.line(told(found));
    shared.out.line(message::phrase("roster_undone",
                                    {{"time", time_text(found.last.at)}, {"number", std::to_string(done.queued)}}));
}

}  // namespace

void add_roster_undo_command(const command& rosters, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rosters.subcommand("undo", "help_roster_undo");
    made.option("--source,--source-name", given->source, "help_roster_source_name").placeholder("NAME").with_default();
    made.option("--provider", given->provider, "help_roster_provider");
    made.flag("--dry-run", given->dry_run, "help_roster_undo_dry_run");
    made.flag("--yes", given->yes, "help_yes");
    made.examples({"commhost roster undo --dry-run", "commhost roster undo --yes && commhost run --until-idle"})
        .runs([given, &shared] { undo(shared, *given); });
}

}  // namespace commhost::cli
